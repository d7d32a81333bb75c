# Varnish before the API: keeps what the API lets a CDN keep, for as long as it says, and forgets it by tag.
#
#   varnishd -f /etc/varnish/default.vcl -p vcl_path=/etc/varnish -p http_gzip_support=off -a :8080 -s malloc,256m
#
# Needs vmod_xkey (Debian: varnish-modules). With http_gzip_support on, Varnish would rewrite Accept-Encoding to gzip by itself
# and nobody would ever get the br and zstd answers that the API has ready.
vcl 4.1;

import std;
import xkey;
include "backend.vcl";

sub vcl_recv {
    if (req.method == "PURGE") {
        if (client.ip !~ purgers) {
            return (synth(403, "Not a purger"));
        }
        if (req.http.xkey-purge) {
            return (synth(200, "Purged " + xkey.purge(req.http.xkey-purge)));
        }
        if (req.http.xkey-softpurge) {
            return (synth(200, "Purged " + xkey.softpurge(req.http.xkey-softpurge)));
        }
        return (synth(400, "No xkey-purge"));
    }

    # Sockets and event streams live as long as the client wants, and are nobody else's.
    if (req.http.Upgrade) {
        return (pipe);
    }
    if (req.url ~ "^/graphql/stream") {
        return (pass);
    }

    # The API holds what is sent by POST and QUERY itself: it reads the body, which is part of the key.
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }

    # Whoever says who he is may get an answer of his own, and gets it from the API.
    if (req.http.Authorization || req.http.Cookie) {
        return (pass);
    }

    # Whoever has written gets what is at least as new as that, which only the API can tell.
    if (req.http.X-Swiftlet-Seen) {
        return (pass);
    }

    # Only whether it is there matters, and the API varies its answers by it.
    if (req.http.Apollo-Require-Preflight ~ ".") {
        set req.http.Apollo-Require-Preflight = "1";
    }

    # Browsers write the same wish in many ways; each would be an entry of its own under Vary: Accept-Encoding. One coding is
    # left, the best that is not refused by a weight of 0, and it says what the API would choose.
    if (req.http.Accept-Encoding ~ "(?i)(^|,)\s*zstd\s*(,|$|;\s*q=(1|0?\.\d*[1-9]))") {
        set req.http.Accept-Encoding = "zstd";
    } elsif (req.http.Accept-Encoding ~ "(?i)(^|,)\s*br\s*(,|$|;\s*q=(1|0?\.\d*[1-9]))") {
        set req.http.Accept-Encoding = "br";
    } elsif (req.http.Accept-Encoding ~ "(?i)(^|,)\s*(x-)?gzip\s*(,|$|;\s*q=(1|0?\.\d*[1-9]))") {
        set req.http.Accept-Encoding = "gzip";
    } else {
        unset req.http.Accept-Encoding;
    }
    return (hash);
}

sub vcl_backend_response {
    unset beresp.http.x-lifetime;
    unset beresp.http.x-needs-no-key;

    # What the built-in rules make of Cache-Control is for browsers; a shared cache that can be purged has its own field.
    # RFC 9213 first, where it is not empty (§2.2), then the older name of the same thing.
    if (beresp.http.CDN-Cache-Control ~ ".") {
        set beresp.http.x-lifetime = beresp.http.CDN-Cache-Control;
    } elsif (beresp.http.Surrogate-Control ~ ".") {
        set beresp.http.x-lifetime = beresp.http.Surrogate-Control;
    } elsif (beresp.http.Cache-Control ~ "(^|[ ,])immutable" && beresp.http.Cache-Control ~ "(^|[ ,])public") {
        set beresp.http.x-lifetime = beresp.http.Cache-Control;
    }
    if (beresp.http.x-lifetime ~ "(^|[ ,])immutable" && beresp.http.x-lifetime ~ "(^|[ ,])public") {
        # What is named by its content never changes and needs no tag to be purged by.
        set beresp.http.x-needs-no-key = "1";
    }

    # Two minutes in which requests for it do not queue up behind each other; an answer that may be kept ends that at once.
    if (beresp.status >= 500 ||
        beresp.http.x-lifetime !~ "(^|[ ,])max-age=[0-9]" ||
        beresp.http.x-lifetime ~ "(^|[ ,])(no-store|no-cache|private)" ||
        beresp.http.Cache-Control ~ "(^|[ ,])(no-store|private)" ||
        beresp.http.Set-Cookie ||
        beresp.http.Vary ~ "(?i)(\*|cookie|authorization)" ||
        (!beresp.http.xkey && !beresp.http.x-needs-no-key)) {
        set beresp.ttl = 120s;
        set beresp.grace = 0s;
        set beresp.keep = 0s;
        set beresp.uncacheable = true;
    } else {
        # The API's own cache may have held it for some time already: that counts.
        set beresp.ttl = std.duration(
            regsub(beresp.http.x-lifetime, "^.*?\bmax-age=([0-9]+).*$", "\1s"), 0s) - beresp.age;
        # Grown old, not purged: a purge removes the object, its grace included.
        set beresp.grace = 0s;
        if (beresp.http.x-lifetime ~ "\bstale-while-revalidate=[0-9]") {
            set beresp.grace = std.duration(
                regsub(beresp.http.x-lifetime, "^.*\bstale-while-revalidate=([0-9]+).*$", "\1s"), 0s);
        }
        # Kept a while longer to ask the API by ETag, which answers 304 without a body.
        set beresp.keep = 1h;
    }
    unset beresp.http.x-lifetime;
    unset beresp.http.x-needs-no-key;
    return (deliver);
}

sub vcl_deliver {
    # RFC 9211: every cache on the way adds its own member.
    if (obj.hits > 0) {
        set resp.http.x-member = "varnish; hit";
    } elsif (obj.uncacheable) {
        set resp.http.x-member = "varnish; fwd=bypass";
    } else {
        set resp.http.x-member = "varnish; fwd=miss; stored";
    }
    if (resp.http.Cache-Status) {
        set resp.http.Cache-Status = resp.http.Cache-Status + ", " + resp.http.x-member;
    } else {
        set resp.http.Cache-Status = resp.http.x-member;
    }
    unset resp.http.x-member;

    # For this cache only.
    unset resp.http.xkey;
    unset resp.http.CDN-Cache-Control;
    unset resp.http.Surrogate-Control;
    unset resp.http.X-Varnish;
    unset resp.http.Via;
}

sub vcl_synth {
    set resp.http.Content-Type = "text/plain; charset=utf-8";
    set resp.body = resp.reason + {"
"};
    return (deliver);
}
