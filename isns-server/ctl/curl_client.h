// CurlClient: an ApiClient on libcurl (ADR 0017).
//
// HTTPS with TLS 1.2 and up whose chain leads to the pinned root alone, or HTTP on the local socket; no redirects, no
// proxies, no configuration files. Names are not compared (shared/mgmt/server_check.h says why). One thread.
#pragma once

#include <memory>

#include "isns-server/ctl/api_client.h"

namespace ctl {

std::unique_ptr<ApiClient> curlClient(const ApiSettings& settings);

}  // namespace ctl
