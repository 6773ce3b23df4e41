"""Scrapy's settings. What a portal file says (delay, concurrency, user agent, TLS) is laid over them per spider."""

from __future__ import annotations

from importlib.metadata import version

BOT_NAME = "icma-crawler"
# Each spider names its operator's contact as well; live portals are not crawled without one.
USER_AGENT = f"icma-crawler/{version('icma-crawler')}"

SPIDER_LOADER_CLASS = "icma_crawler.crawl.fetch.spider_loader.PortalSpiderLoader"
SPIDER_MODULES = ["icma_crawler.crawl.fetch.spider"]

# Manners: robots.txt is obeyed by our own middleware (RFC 9309: unreachable means forbidden, asked once a day).
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 1.0
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = 16
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 60.0
COOKIES_ENABLED = False

# Bounds: the defaults are 180 seconds and 1 GiB.
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False  # portals use it to reload their own pages every few minutes
RETRY_TIMES = 2
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]
# A host that said nothing for 30 seconds is asked again by a later crawl.
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
    "twisted.internet.error.ConnectionDone",
    "twisted.internet.error.ConnectionLost",
    "twisted.internet.error.ConnectError",
]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # what could not be had stands in the archive, with its reason
# On: a certificate that does not verify is a failure with a name, not a page.
DOWNLOAD_VERIFY_CERTIFICATES = True

# Names become addresses behind the guard, and connections keep the bounds; no other scheme has a handler.
TWISTED_DNS_RESOLVER = "icma_crawler.crawl.fetch.guard.GuardedResolver"
DOWNLOAD_HANDLERS = {
    "http": "icma_crawler.crawl.fetch.download_handler.BoundedDownloadHandler",
    "https": "icma_crawler.crawl.fetch.download_handler.BoundedDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 2 * 1024 * 1024  # pages waiting to be read, per portal, before no more are asked for

# No way in: both are on by default, and one of them runs code.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# The frontier in the archive is the memory of what was asked, so Scrapy keeps none.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
CONCURRENT_ITEMS = 2  # a response makes one item; the default of 100 costs a tenth of the CPU

ITEM_PIPELINES = {
    "icma_crawler.crawl.fetch.pipelines.ExtractPipeline": 100,
    "icma_crawler.crawl.fetch.pipelines.ArchivePipeline": 200,
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "icma_crawler.crawl.fetch.middlewares.ScopeMiddleware": 50,
    "icma_crawler.crawl.fetch.middlewares.RobotsMiddleware": 100,
    "icma_crawler.crawl.fetch.middlewares.PauseMiddleware": 560,
    "icma_crawler.crawl.fetch.decoding.DecodingMiddleware": 590,
    "icma_crawler.crawl.fetch.middlewares.AddressMiddleware": 900,
}
# Every status reaches the spider, which records it; links come from `discovery`, already bounded.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
}
EXTENSIONS = {
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
    "scrapy.extensions.feedexport.FeedExporter": None,
    "scrapy.extensions.spiderstate.SpiderState": None,
    "scrapy.extensions.closespider.CloseSpider": None,
    "scrapy.extensions.throttle.AutoThrottle": None,
    "icma_crawler.crawl.fetch.throttle.PoliteThrottle": 0,
    "icma_crawler.crawl.fetch.follow_ups.FollowUps": 0,
}
# What `scrapy crawl` does when a crawl has ended: called with the configuration, it gives a list of `FollowUp`.
ICMA_FOLLOW_UPS = "icma_crawler.operations.usual_follow_ups"
STATS_DUMP = False
LOG_LEVEL = "WARNING"
LOG_FORMATTER = "icma_crawler.crawl.fetch.logs.QuietFormatter"
