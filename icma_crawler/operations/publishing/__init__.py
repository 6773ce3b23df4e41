"""Keeping other people's sites in step with the archive, through their own interfaces."""

from icma_crawler.operations.publishing.keeping import Published, Terms, keep_in_step, plan
from icma_crawler.operations.publishing.rest import Credentials, RestApi
from icma_crawler.operations.publishing.wordpress import WordPress

__all__ = ["Credentials", "Published", "RestApi", "Terms", "WordPress", "keep_in_step", "plan"]
