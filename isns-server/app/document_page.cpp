#include "isns-server/app/document_page.h"

#include "shared/base/table_cell.h"
#include "shared/program/reference.h"
#include "shared/san/change.h"
#include "shared/san/document.h"
#include "shared/san/document_kinds.h"

namespace app {
namespace {

using program::code;
using san::FieldRow;
using san::FieldType;
using san::Kind;

constexpr std::string_view kHead =
    "A document is what administrators keep, as JSON or YAML: `sanctl export` writes it, `sanctl apply` makes the SAN "
    "so,\n"
    "`sanctl import csv` and `json` make one of a table or a list. The API has it at `/document` and "
    "`/document/plan`.\n\n"
    "Beside `\"format\": 1` it has a list for each kind, under its plural below; `settings` is one object. All of it "
    "may be\n"
    "left out: with `apply` what is not named stays as it is, a field that is not named too, and `null` is the default "
    "of\n"
    "the field. With `apply --whole` the kinds that it names are as it says and nothing else, and a field that is left "
    "out\n"
    "has its default.\n\n"
    "References are names: `\"Zurich 1\"` for a site. Where a field may refer to several kinds the kind stands in "
    "front:\n"
    "`\"host:web1\"`. A node or a portal that has not registered is named by being mentioned. In a table (`csv`) the "
    "columns\n"
    "are these fields, and a list stands in one cell with semicolons; between cells stand commas,\n"
    "or semicolons or tabs where the first row has these alone (a list is in quotes then).\n\n"
    "```yaml\n"
    "format: 1\n"
    "sites:\n"
    "- name: Zurich 1\n"
    "labels:\n"
    "- {name: PCI, regime: PCI DSS}\n"
    "separation-rules:\n"
    "- {name: cards apart, subject: PCI, mode: only-with, other: PCI}\n"
    "hosts:\n"
    "- {name: web1, site: Zurich 1, entities: [web1.example.com], labels: [PCI]}\n"
    "domains:\n"
    "- {name: web1-disk1, nodes: [\"iqn.2026-01.example:web1\", \"iqn.2026-01.example:disk1\"]}\n"
    "domain-sets:\n"
    "- {name: production, enabled: true, domains: [web1-disk1]}\n"
    "maps:\n"
    "- {who: \"host:web1\", target: \"iqn.2026-01.example:disk1\", unit: naa.60014050000000000000000000000001, lun: "
    "3}\n"
    "settings: {offline_days: 10, approval_needed: true}\n"
    "```\n";

std::string kindsOf(const FieldRow& field) {
  std::string all;
  std::size_t count = 0;
  for (const san::KindRow& row : san::kKindTable) {
    if (row.kind == Kind::None || !field.mayReferTo(row.kind)) continue;
    ++count;
    all.append(all.empty() ? "" : ", ").append(row.name);
  }
  constexpr std::size_t kMost = 6;
  return count > kMost ? "any kind" : all;
}

std::string atMost(const FieldRow& field, std::string_view unit) {
  if (field.max == 0 || field.max == ~std::uint64_t{0}) return {};
  return ", at most " + std::to_string(field.max) + (unit.empty() ? "" : " ") + std::string(unit);
}

std::string valueOf(const FieldRow& field) {
  const bool several = (field.kinds & (field.kinds - 1)) != 0;
  switch (field.type) {
    case FieldType::Flag:
      return "`true` or `false`";
    case FieldType::Number:
    case FieldType::Bytes:
      return "number" + atMost(field, "");
    case FieldType::Duration:
      return "seconds" + atMost(field, "");
    case FieldType::Time:
      return "seconds since 1970 UTC; 0: never";
    case FieldType::Text:
      return "text" + atMost(field, "bytes");
    case FieldType::Choice: {
      std::string all;
      for (const std::string_view word : field.words) all += (all.empty() ? "" : ", ") + code(word);
      return all;
    }
    case FieldType::Address:
      return "address and port, as `10.0.0.1:3260`";
    case FieldType::Subnets:
      return "list of subnets, as `10.0.0.0/24`" + atMost(field, "");
    case FieldType::Ref:
      return (several ? "`kind:name` of: " : "name of: ") + kindsOf(field);
    case FieldType::Refs:
      return (several ? "list of `kind:name` of: " : "list of names of: ") + kindsOf(field) + atMost(field, "");
    case FieldType::Accesses:
      break;
  }
  return {};
}

std::string defaultOf(const FieldRow& field, const san::Object& fresh) {
  const san::Value value = field.get(fresh);
  if (const auto* flag = std::get_if<bool>(&value)) return code(*flag ? "true" : "false");
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return code(std::to_string(*number));
  if (const auto* text = std::get_if<std::string>(&value); text != nullptr && !text->empty()) return code(*text);
  return "-";
}

// Who makes objects of a kind that documents only describe.
std::string_view makerOf(Kind kind) {
  if (san::mayBeNamed(kind)) return "Registrations make these; a document names and describes them.";
  return "Agents report these; a document describes those that are there, and makes none.";
}

std::string section(const san::KindRow& row) {
  const Kind kind = row.kind;
  const std::string_view known = san::document::nameMember(kind);
  std::string out = "\n## " + std::string(row.plural) + "\n\nEach is " + std::string(row.doc) + ".";
  if (kind == Kind::Settings) out = "\n## " + std::string(row.plural) + "\n\nOne object: " + std::string(row.doc) + ".";
  if (!san::document::mayMake(kind)) out.append(" ").append(makerOf(kind));
  out += "\n\n" + program::tableHead({"field", "value", "default", "meaning"});
  const auto fresh = san::makeObject(kind);
  for (const FieldRow& field : san::fieldsOf(kind)) {
    const bool name = field.name == known;
    const bool key = san::document::isKey(kind, field);
    if (!name && !key && !san::document::isContent(kind, field)) continue;
    const bool needed = name || san::document::needsKey(kind, field);
    out += program::tableRow({code(field.name), valueOf(field), needed ? "needed" : defaultOf(field, *fresh),
                              base::tableCell(field.doc) + (name || key ? "; by this it is known" : "")});
    if (name && san::document::hasNumber(kind)) {
      out += program::tableRow({code("id"), "number from 1", "the next",
                                "its number on the wire, where that matters; in a whole document a known one with a new name renames"});
    }
  }
  return out;
}

}  // namespace

std::string documentPage() {
  std::string out = "# Documents\n\n" + std::string(program::kGenerated) + std::string(kHead);
  for (const san::KindRow& row : san::kKindTable) {
    if ((san::documentKinds() & san::document::bitOf(row.kind)) != 0) out += section(row);
  }
  return out;
}

}  // namespace app
