#include "shared/mgmt/api_page.h"

#include <algorithm>

#include "shared/base/split.h"
#include "shared/base/table_cell.h"
#include "shared/mgmt/openapi_schemas.h"
#include "shared/mgmt/problem.h"
#include "shared/mgmt/routes.h"

namespace mgmt {
namespace {

constexpr std::string_view kHead =
    "# The management API\n\n"
    "Made from the program's tables by `dump-reference`; do not edit. The same in OpenAPI 3.1 is "
    "[openapi.json](openapi.json),\n"
    "which the server answers too; `docs/operations/management.md` tells how to begin.\n\n"
    "All paths stand below `/api/v1`, over HTTPS, bodies and answers are JSON. A login or an API token goes into the "
    "header\n"
    "`Authorization: Bearer TOKEN`, or a person shows a client certificate in the TLS handshake instead (`mutualTLS` "
    "in the\n"
    "description); agents always show theirs. A right in the column *who* is one that a role gives\n"
    "(`GET /whoami` lists one's own). Numbers of change sets and revisions are whole numbers, times are seconds since "
    "1970 UTC.\n"
    "An answer about the SAN tells in the header `X-Sanctum-Revision` which revision it is of: who makes a draft of "
    "what it says\n"
    "gives that as `base_revision`.\n"
    "Refusals are `application/problem+json` with `code`, `title`, `detail`, `hint` and, where it is known, "
    "`pointer`.\n";

std::string code(std::string_view text) { return text.empty() ? std::string{} : "`" + std::string(text) + "`"; }
bool isSchema(std::string_view name) {
  for (const SchemaRow& row : kSchemas) {
    if (row.name == name) return true;
  }
  return false;
}
// A link where the schema has a place on this page.
std::string schemaLink(std::string_view name) {
  if (!isSchema(name)) return code(name);
  std::string anchor(name);
  for (char& c : anchor) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return "[" + std::string(name) + "](#" + anchor + ")";
}

std::string_view whoOf(std::string_view right) {
  if (right == "anyone") return "anybody";
  if (right == "user") return "any login";
  if (right == "agent") return "an agent, by its certificate";
  if (right == "local") return "the local socket";
  return {};
}

void appendRoutes(std::string& out) {
  out += "\n## Paths\n\n| method | path | what | who | parameters | body | answer |\n|---|---|---|---|---|---|---|\n";
  for (const RouteRow& row : kRoutes) {
    std::string parameters;
    base::split(row.parameters, " ",
                [&](std::string_view one) { parameters += (parameters.empty() ? "" : ", ") + code(one); });
    const std::string_view who = whoOf(row.right);
    out += "| " + std::string(row.method) + " | " + code(row.path) + " | " + base::tableCell(row.summary) + " | " +
           (who.empty() ? code(row.right) : std::string(who)) + " | " + parameters + " | " + schemaLink(row.body) +
           " | " + schemaLink(row.answer) + " |\n";
  }
}

// A type of openapi_schemas.h in words.
std::string typeText(std::string_view type) {
  constexpr std::string_view kNull = "|null";
  if (type.ends_with(kNull)) return typeText(type.substr(0, type.size() - kNull.size())) + " or null";
  if (type.starts_with('[')) return "list of " + typeText(type.substr(1, type.size() - 2));
  if (type.starts_with('{')) return "object whose members are " + typeText(type.substr(1, type.size() - 2));
  if (type.find('/') != std::string_view::npos) {
    std::string words;
    base::split(type, "/", [&](std::string_view word) { words += (words.empty() ? "" : ", ") + code(word); });
    return "one of " + words;
  }
  return isSchema(type) ? schemaLink(type) : std::string(type);
}

void appendSchemas(std::string& out) {
  out += "\n## Bodies and answers\n\nWords such as `Truth` or `Severity` are lists in [openapi.json](openapi.json).\n";
  for (const SchemaRow& row : kSchemas) {
    out +=
        "\n### " + std::string(row.name) + "\n\n" + base::tableCell(row.doc) + (row.doc.ends_with('.') ? "\n" : ".\n");
    if (row.members.empty()) continue;
    out += "\n| member | |\n|---|---|\n";
    base::split(row.members, "; ", [&](std::string_view member) {
      const std::size_t blank = std::min(member.find(' '), member.size());
      std::string_view name = member.substr(0, blank);
      const bool optional = name.ends_with('?');
      if (optional) name.remove_suffix(1);
      const std::string_view type = blank < member.size() ? member.substr(blank + 1) : std::string_view();
      out +=
          "| " + code(name) + " | " + base::tableCell(typeText(type)) + (optional ? "; may be left out" : "") + " |\n";
    });
  }
}

void appendProblems(std::string& out) {
  out += "\n## Refusals\n\nCodes never change their meaning.\n\n| code | status | what | what to do |\n|---|---|---|---|\n";
  for (const ProblemRow& row : kProblems) {
    out += "| " + code(row.name) + " | " + std::to_string(row.status) + " | " + base::tableCell(row.title) + " | " +
           base::tableCell(row.hint) + " |\n";
  }
}

}  // namespace

std::string apiPageText() {
  std::string out(kHead);
  appendRoutes(out);
  appendSchemas(out);
  appendProblems(out);
  return out;
}

}  // namespace mgmt
