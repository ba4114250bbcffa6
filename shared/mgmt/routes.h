// The paths of the management API, one row each. The server's router, sanctl, and the OpenAPI file come from these rows.
//
// Paths stand below /api/v1. {name} is one segment. `right`: what the caller must have (the name of a row of the rights' table);
// "anyone": nothing; "user": any login; "agent": an agent's certificate; "local": the local socket. Constexpr data.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mgmt {

enum class Route : std::uint8_t {
  Status,
  OpenApi,
  Init,
  Login,
  Logout,
  WhoAmI,
  Search,
  Snapshot,
  Events,
  Reach,
  Why,
  WhoReaches,
  Reaches,
  Findings,
  Diff,
  ListObjects,
  GetObject,
  kCount,
};

struct RouteRow {
  Route route;
  std::string_view method;
  std::string_view path;
  std::string_view right;
  std::string_view parameters;  // of the query, separated by spaces
  std::string_view body;        // name of its schema; empty: none
  std::string_view answer;      // name of its schema; empty: none
  std::string_view summary;
};

inline constexpr std::array<RouteRow, static_cast<std::size_t>(Route::kCount)> kRoutes{{
    {Route::Status, "GET", "/status", "anyone", "", "", "Status", "Whether the server serves, its version and its revision"},
    {Route::OpenApi, "GET", "/openapi.json", "anyone", "", "", "", "This description"},
    {Route::Init, "POST", "/init", "local", "", "Init", "FirstUser", "Make keys and the first administrator"},
    {Route::Login, "POST", "/login", "anyone", "", "Login", "Session", "Log in with a password"},
    {Route::Logout, "POST", "/logout", "user", "", "", "", "End the session"},
    {Route::WhoAmI, "GET", "/whoami", "user", "", "", "Principal", "Who is logged in, and what he may do"},
    {Route::Search, "GET", "/search", "san.read", "q kinds limit revision", "", "SearchResult", "Objects as somebody types"},
    {Route::Snapshot, "GET", "/snapshot", "san.read", "revision", "", "Snapshot", "All objects at one revision"},
    {Route::Events, "GET", "/events", "san.read", "since", "", "", "Changes as they come (server-sent events)"},
    {Route::Reach, "GET", "/reach", "san.read", "host unit basis revision", "", "Cell", "Whether a host reaches a logical unit"},
    {Route::Why, "GET", "/why", "san.read", "host unit basis revision", "", "Why", "The proof of that, and what would mend it"},
    {Route::WhoReaches, "GET", "/who-reaches", "san.read", "unit basis question revision", "", "Cells", "The hosts that reach a logical unit"},
    {Route::Reaches, "GET", "/reaches", "san.read", "host basis question revision", "", "Cells", "The logical units that a host reaches"},
    {Route::Findings, "GET", "/findings", "san.read", "rule waived revision", "", "Findings", "What the rules found"},
    {Route::Diff, "GET", "/diff", "san.read", "from to", "", "Diff", "What differs between two revisions"},
    {Route::ListObjects, "GET", "/{kind}", "san.read", "filter limit cursor revision", "", "Objects", "Objects of a kind"},
    {Route::GetObject, "GET", "/{kind}/{name}", "san.read", "revision", "", "Object", "One object"},
}};

constexpr const RouteRow& rowOf(Route route) { return kRoutes[static_cast<std::size_t>(route)]; }

namespace detail {
constexpr bool routesAreInOrder() {
  for (std::size_t i = 0; i < kRoutes.size(); ++i) {
    if (kRoutes[i].route != static_cast<Route>(i)) return false;
  }
  return true;
}
}  // namespace detail
static_assert(detail::routesAreInOrder());

}  // namespace mgmt
