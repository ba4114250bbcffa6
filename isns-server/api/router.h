// Which row of the route table a request means (shared/mgmt/routes.h). Pure; the table is the only thing that it knows.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "shared/mgmt/routes.h"

namespace api {

struct Routed {
  enum class What : std::uint8_t { Found, NoPath, OtherMethod };
  What what = What::NoPath;
  mgmt::Route route = mgmt::Route::Status;
  std::map<std::string, std::string, std::less<>> segments;  // {kind}, {name}
  std::string allowed;                                       // of OtherMethod: "GET, PATCH"
};

// `path` with its /api/v1. A row with fewer {names} goes before one with more. HEAD is as GET.
Routed route(std::string_view method, std::string_view path);

}  // namespace api
