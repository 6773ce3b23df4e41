"""Keeping other people's sites in step with the archive, through their own interfaces."""

from icma_crawler.publish.sync import Published, Terms, keep_in_step, plan
from icma_crawler.publish.wordpress import WordPress
from icma_crawler.publish.wordpress_rest import Credentials, RestApi

__all__ = ["Credentials", "Published", "RestApi", "Terms", "WordPress", "keep_in_step", "plan"]
