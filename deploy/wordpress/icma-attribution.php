<?php
/**
 * Plugin Name: icma attribution
 * Description: Keeps where an archived article came from with its post, and links to the source as canonical.
 * Version: 1.0
 * License: Apache-2.0
 *
 * Put this file into wp-content/mu-plugins/. `icma publish wordpress` works without it; with it, posts have a canonical
 * link to their source, and an article is found by its urn whatever happened to its slug.
 */

if ( ! defined( 'ABSPATH' ) ) {
	exit;
}

const ICMA_META = array( 'icma_id', 'icma_url', 'icma_source_name', 'icma_source_url', 'icma_archived_at', 'icma_record_sha256' );

add_action(
	'init',
	function () {
		foreach ( array_merge( ICMA_META, array( '_yoast_wpseo_canonical' ) ) as $key ) {
			register_post_meta(
				'post',
				$key,
				array(
					'type'          => 'string',
					'single'        => true,
					'show_in_rest'  => true,
					'auth_callback' => function ( $allowed, $meta_key, $post_id ) {
						return current_user_can( 'edit_post', $post_id );
					},
				)
			);
		}
	}
);

add_action(
	'rest_api_init',
	function () {
		register_rest_route(
			'icma/v1',
			'/version',
			array(
				'methods'             => 'GET',
				'permission_callback' => '__return_true',
				'callback'            => function () {
					return array( 'version' => 1 );
				},
			)
		);
	}
);

add_filter(
	'rest_post_query',
	function ( $args, $request ) {
		$urn = $request->get_param( 'icma_id' );
		if ( is_string( $urn ) && '' !== $urn ) {
			$args['meta_query'] = array( array( 'key' => 'icma_id', 'value' => $urn ) );
		}
		return $args;
	},
	10,
	2
);

function icma_canonical( $url ) {
	$source = is_singular( 'post' ) ? get_post_meta( get_queried_object_id(), 'icma_url', true ) : '';
	return $source ? esc_url_raw( $source ) : $url;
}

add_filter( 'get_canonical_url', 'icma_canonical' );
add_filter( 'wpseo_canonical', 'icma_canonical' );
add_filter( 'rank_math/frontend/canonical', 'icma_canonical' );
