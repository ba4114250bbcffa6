#include "isns-server/api/http_message.h"

#include <algorithm>

#include "shared/base/ascii_case.h"
#include "shared/base/secret_json.h"
#include "shared/base/utf8.h"

namespace api {
namespace {

int digitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = base::asciiLower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool isEscape(std::string_view text) {
  return text.size() >= 3 && text[0] == '%' && digitOf(text[1]) >= 0 && digitOf(text[2]) >= 0;
}

std::string decoded(std::string_view text, bool plusIsSpace) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (isEscape(text.substr(at))) {
      out += static_cast<char>(digitOf(text[at + 1]) * 16 + digitOf(text[at + 2]));
      at += 2;
    } else {
      out += plusIsSpace && text[at] == '+' ? ' ' : text[at];
    }
  }
  return out;
}

std::string_view valueOf(const std::vector<std::pair<std::string, std::string>>& all, std::string_view name) {
  for (const auto& [key, value] : all) {
    if (key == name) return value;
  }
  return {};
}

bool escapesAreGood(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (!isEscape(text.substr(at))) return false;
  }
  return true;
}

}  // namespace

std::string percentDecoded(std::string_view text) { return decoded(text, false); }

std::string_view HttpRequest::header(std::string_view name) const { return valueOf(headers, name); }
std::string_view HttpRequest::parameter(std::string_view name) const { return valueOf(query, name); }

// RFC 9110 11.1: a scheme has no case.
std::string_view HttpRequest::bearerToken() const {
  constexpr std::string_view kScheme = "Bearer ";
  std::string_view text = header("authorization");
  if (!base::equalButForCase(text.substr(0, kScheme.size()), kScheme)) return {};
  text.remove_prefix(std::min(text.find_first_not_of(' ', kScheme.size()), text.size()));
  return text;
}

std::string_view HttpRequest::repeatedParameter() const {
  for (auto one = query.begin(); one != query.end(); ++one) {
    if (std::any_of(query.begin(), one, [&](const auto& other) { return other.first == one->first; })) return one->first;
  }
  return {};
}

void HttpRequest::wipeBody() {
  base::wipeText(body);
  body.clear();
}

void HttpRequest::wipe() {
  wipeBody();
  for (auto& [name, value] : headers) base::wipeText(value);
  for (auto& [name, value] : query) base::wipeText(value);
}

std::string_view readTarget(std::string_view target, HttpRequest& request) {
  // RFC 9112 3.2.2: the absolute form is taken by every server.
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.size() < scheme.size() || !base::equalButForCase(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    target.remove_prefix(std::min(target.find_first_of("/?"), target.size()));
    if (target.empty()) target = "/";
  }
  const bool ofServer = target == "*" && request.method == "OPTIONS";
  if (!target.starts_with('/') && !ofServer) return "The target of the request is no path";
  if (target.find('#') != std::string_view::npos) return "A target has no fragment";
  if (!escapesAreGood(target)) return "A % in the target is not followed by two hexadecimal digits";
  const std::size_t mark = std::min(target.find('?'), target.size());
  request.path = target.substr(0, mark);
  if (!base::isUtf8(percentDecoded(request.path))) return "The path is not UTF-8";
  const std::string_view query = target.substr(std::min(mark + 1, target.size()));
  for (std::size_t at = 0; at < query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const std::string_view part = query.substr(at, end - at);
    const std::size_t equals = std::min(part.find('='), part.size());
    if (!part.empty()) {
      auto& [name, value] = request.query.emplace_back(decoded(part.substr(0, equals), true),
                                                       decoded(part.substr(std::min(equals + 1, part.size())), true));
      if (!base::isUtf8(name) || !base::isUtf8(value)) return "A parameter is not UTF-8";
    }
    at = end + 1;
  }
  return {};
}

std::string_view reasonPhrase(int status) {
  struct Row {
    int status;
    std::string_view phrase;
  };
  constexpr Row kRows[] = {
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {409, "Conflict"},
      {410, "Gone"},
      {413, "Content Too Large"},
      {422, "Unprocessable Content"},
      {429, "Too Many Requests"},
      {500, "Internal Server Error"},
      {503, "Service Unavailable"},
  };
  for (const Row& row : kRows) {
    if (row.status == status) return row.phrase;
  }
  return "Other";
}

}  // namespace api
