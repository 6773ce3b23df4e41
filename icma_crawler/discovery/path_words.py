"""The path words by which portals in Azerbaijani, Russian, Turkish and English name what is not an article."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LANGUAGES = _words("az aze ru rus en eng tr tur de fr fa ar ka es uk kk uz zh")
"""A path that starts with one of these starts with a language, not with a section."""

ASIDE = _words("""
    tag tags teq teqler etiket etiketler label labels topic topics tema theme movzu movzular konu hashtag
    author authors autor autoren auteur auteurs avtor muellif muellifler muellifi yazar yazarlar
    user users profile profil istifadeci search axtar axtaris axtarish arama poisk
    login logout signin signup register registration qeydiyyat auth account kabinet cabinet
    wp-admin wp-login wp-json wp-content wp-includes storage uploads upload cdn-cgi
""")
"""Anywhere in a path: tags, people, forms and files, which are neither articles nor worth asking for articles."""

NEVER = ASIDE | _words("""
    q ara giris cixis hesab about about-us about_us haqqimizda haqqinda bizim-haqqimizda hakkimizda kunye
    o-nas onas o-sayte redaksiya contact contacts contact-us elaqe bizimle-elaqe iletisim kontakty kontakt feedback
    reklam reklamlar advertise advertising advertisement ads reklama vakansiya vakansiyalar vacancies careers
    privacy privacy-policy mexfilik mexfilik-siyaseti gizlilik gizlilik-politikasi politika-konfidencialnosti
    terms terms-of-use terms-of-service terms-and-conditions istifade-qaydalari istifade-sertleri kullanim-kosullari
    cookies cookie-policy disclaimer copyright sitemap sitemaps site-map sayt-xeritesi faq help komek
    rss feed feeds atom subscribe abune abunelik newsletter unsubscribe
    archive archives arxiv arsiv arhiv print cap yazdir pechat share comments comment sehife page pages
    amp xmlrpc admin private static assets media-kit api ajax cart basket checkout download downloads
""")
"""As first or last segment: neither an article nor a page that lists articles worth asking for."""

GROUPS = _words("category categories cat kateqoriya kateqoriyalar kategori rubric rubrics rubrika section bolme")
"""As first or last segment: a section, never an article."""

INDEXES = _words("""
    news xeber xeberler xabar haber haberler novosti lenta lent all all-news butun-xeberler hamisi son-xeberler
    son-xeber sonxeberler latest latest-news last-news video videos videolar foto photo photos fotolar galereya gallery
    qalereya tv live canli index main home ana-sehife default articles article meqale meqaleler blog blogs
    most-read en-cox-oxunan top trend trending
""")
"""As last segment: a page that lists articles; as an earlier one it may lead to one ("/video/<slug>")."""

SUFFIXES = _words("html htm php shtml phtml asp aspx jsp")
"""Endings of pages."""

FILES = _words("""
    jpg jpeg png gif webp avif svg ico bmp tif tiff mp3 mp4 m4a m4v ogg oga ogv wav webm avi mov mkv flv m3u8 pdf doc docx
    xls xlsx ppt pptx odt rtf csv zip rar 7z gz tgz tar exe apk dmg iso css js mjs json xml rss atom txt woff woff2 ttf eot
""")
"""Endings of what is not a page."""

ARTICLE_KEYS = _words("id newsid news_id nid news article articleid item itemid aid postid post_id story n p")
"""Query parameters that name an article where they hold a number."""

PAGE_KEYS = _words("page paged pg pagen_1 sehife sahife start offset page_num pagenum pageno")
"""Query parameters that name a page of a listing."""

OTHER_KEYS = _words("""
    q s search query axtar sort order orderby filter lang language tag cat category action do view print share
    replytocom redirect return next url from to date year month day feed format author like theme mode
""")
"""Query parameters that make something else of a page than the article it shows."""

NEXT = frozenset(
    (
        *("növbəti", "növbəti səhifə", "sonrakı", "sonrakı səhifə", "irəli", "daha köhnə"),
        *("следующая", "следующая страница", "вперед", "вперёд", "далее", "дальше"),
        *("sonraki", "sonraki sayfa", "ileri"),
        *("next", "next page", "older", "older posts", "older entries", "older articles", "older news"),
    )
)
"""What a link to the following page of a listing says."""

NEXT_SIGNS = _words("» › > >> → ›› »» ⟩ ❯")
"""The signs that may stand in place of such a word, or beside it."""
