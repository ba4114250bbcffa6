// HTTP messages as values: a request that was read, an answer that is to be sent.
//
// Value types, one owner; a request may hold passwords and tokens, and wipe() overwrites them. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/base/bytes.h"

namespace api {

struct HttpRequest {
  std::string method;
  std::string path;  // as it came, without the query: a segment is decoded when it is known to be one
  std::vector<std::pair<std::string, std::string>> query;    // decoded, UTF-8
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string peer;               // address, without the port; empty: by the local socket
  bool local = false;             // by the local socket, which only root and the server's user can open
  base::Bytes peerCertificate;    // DER, of an authority that is believed and within its time; empty: none such
  base::Bytes refusedCertificate;  // DER, where it showed another: proves nothing, and is there to tell it why

  // Empty where there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
  // What the header Authorization holds for the scheme Bearer (RFC 6750 2.1); empty where it is another.
  [[nodiscard]] std::string_view bearerToken() const;
  // The parameter that stands in the query more than once; empty: none does.
  [[nodiscard]] std::string_view repeatedParameter() const;

  // Overwrites the body and forgets it.
  void wipeBody();
  // That, and what the headers and the query hold.
  void wipe();
};

struct HttpResponse {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

// "%2F" and the like; a "+" stays one. What is no such escape stays as it is.
std::string percentDecoded(std::string_view text);
// Path and query of the target of a request line (RFC 9112 3.2); what is wrong with it, or empty. Each path and parameter
// is UTF-8 when it is decoded.
std::string_view readTarget(std::string_view target, HttpRequest& request);

// What stands behind the number in a status line.
std::string_view reasonPhrase(int status);

}  // namespace api
