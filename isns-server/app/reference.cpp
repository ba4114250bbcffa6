#include "isns-server/app/reference.h"

#include "isns-server/app/config_table.h"
#include "isns-server/app/log_events.h"
#include "isns-server/app/metrics_table.h"
#include "shared/isns/attributes.h"
#include "shared/isns/functions.h"
#include "shared/isns/status.h"
#include "shared/ops/config_text.h"
#include "shared/ops/config_validate.h"
#include "shared/ops/log_stream.h"

namespace app {
namespace {

constexpr std::string_view kGenerated = "Made from the server's tables by `dump-reference`; do not edit.\n\n";

// A cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}
std::string code(std::string_view text) { return "`" + cell(text) + "`"; }

std::string row(std::initializer_list<std::string> cells) {
  std::string out = "|";
  for (const std::string& text : cells) out += " " + text + " |";
  return out + "\n";
}
std::string tableHead(std::initializer_list<std::string> heads) {
  std::string out = row(heads) + "|";
  for (std::size_t i = 0; i < heads.size(); ++i) out += "---|";
  return out + "\n";
}

std::string_view groupOf(std::string_view key) { return key.substr(0, key.find('.')); }
std::string_view nameInGroup(std::string_view key) { return key.substr(key.find('.') + 1); }

// The defaults as the validator reads them.
ops::ConfigValues defaults() {
  ops::RawConfig none;
  ConfigErrors errors;
  return ops::validate(kConfigSchema, none, errors);
}
std::string columnDefault(const ops::KeyRow& column) {
  ConfigErrors errors;
  const ops::ConfigValues values = ops::validate({{&column, 1}, {}}, {}, errors);
  return ops::toToml(column.type, values.keys[0].value);
}

std::string configurationPage() {
  std::string out = "# Configuration of isns-server\n\n" + std::string(kGenerated);
  out += "The file is TOML, by default `" + std::string(kDefaultConfigPath) +
         "`; `--set key=value` on the command line holds against it. An unknown key or a value outside its range is an "
         "error. Bytes may be written as `\"64MiB\"` (KiB, MiB, GiB, TiB) and durations as `\"15m\"` (s, m, h, d, w). "
         "Keys marked *reload* take effect on SIGHUP (`systemctl reload`), the others at the next start.\n";
  const ops::ConfigValues values = defaults();
  std::string_view group;
  for (std::size_t i = 0; i < table::kRows.size(); ++i) {
    const ops::KeyRow& key = table::kRows[i];
    if (groupOf(key.name) != group) {
      group = groupOf(key.name);
      out +=
          "\n## [" + std::string(group) + "]\n\n" + tableHead({"key", "value", "default", "takes effect", "meaning"});
    }
    out += row({code(key.name), cell(ops::describe(key.type)), code(ops::toToml(key.type, values.keys[i].value)),
                key.reloadable ? "reload" : "start", cell(key.doc)});
  }
  for (const ops::RecordRow& record : table::kRecords) {
    out += "\n## [[" + std::string(record.name) + "]]\n\n" + std::string(record.doc) + " At most " +
           std::to_string(record.max) + "; takes effect on " + (record.reloadable ? "reload" : "start") + ".\n\n" +
           tableHead({"key", "value", "default", "meaning"});
    for (const ops::KeyRow& column : record.columns) {
      out += row({code(column.name), cell(ops::describe(column.type)),
                  column.preset ? code(columnDefault(column)) : "must be given", cell(column.doc)});
    }
  }
  return out;
}

// A comment of at most 100 columns a line.
std::string comment(std::string_view text) {
  constexpr std::size_t kWidth = 98;
  std::string out;
  while (!text.empty()) {
    std::size_t cut = text.size() <= kWidth ? text.size() : text.rfind(' ', kWidth);
    if (cut == std::string_view::npos) cut = text.size();
    out += "# " + std::string(text.substr(0, cut)) + "\n";
    text.remove_prefix(std::min(cut + 1, text.size()));
  }
  return out;
}

std::string exampleFile() {
  std::string out = comment(
      "Configuration of isns-server. Every key is here with its default; remove the # in front of what you change. "
      "Made from the server's tables by dump-reference.");
  const ops::ConfigValues values = defaults();
  std::string_view group;
  for (std::size_t i = 0; i < table::kRows.size(); ++i) {
    const ops::KeyRow& key = table::kRows[i];
    if (groupOf(key.name) != group) {
      group = groupOf(key.name);
      out += "\n[" + std::string(group) + "]\n";
    }
    out += comment(std::string(key.doc) + " (" + ops::describe(key.type) + "; on " +
                   (key.reloadable ? "reload" : "start") + ")");
    out += "#" + std::string(nameInGroup(key.name)) + " = " + ops::toToml(key.type, values.keys[i].value) + "\n";
  }
  for (std::size_t i = 0; i < std::size(table::kRecords); ++i) {
    const ops::RecordRow& record = table::kRecords[i];
    out += "\n" + comment(std::string(record.doc) + " (on " + (record.reloadable ? "reload" : "start") + ")");
    out += "#[[" + std::string(record.name) + "]]\n";
    for (std::size_t column = 0; column < record.columns.size(); ++column) {
      const ops::KeyRow& key = record.columns[column];
      const auto& preset = values.records[i];
      const std::string value = !preset.empty() ? ops::toToml(key.type, preset[0][column].value)
                                : key.preset    ? columnDefault(key)
                                                : "\"...\"";
      out += comment(std::string(key.doc) + " (" + ops::describe(key.type) + ")");
      out += "#" + std::string(key.name) + " = " + value + "\n";
    }
  }
  return out;
}

std::string eventRows(std::span<const ops::LogEvent> events) {
  std::string out = tableHead({"id", "severity", "event", "fields", "rate", "meaning"});
  for (const ops::LogEvent& event : events) {
    std::string fields;
    for (const std::string_view field : event.fields) fields += (fields.empty() ? "" : ", ") + code(field);
    const std::string rate = event.rate.burst == 0 ? "all"
                                                   : std::to_string(event.rate.burst) + ", then " +
                                                         std::to_string(event.rate.perMinute) + " a minute";
    out += row({std::string(event.id), std::string(ops::word(event.severity)), code(event.name), fields, rate,
                cell(event.help)});
  }
  return out;
}

std::string logEventsPage() {
  return "# Log events of isns-server\n\n" + std::string(kGenerated) +
         "A line has `time`, `level`, `id` and `event`, then the fields below. Ids never change: search for them, and "
         "build alarms on them. What comes faster than its rate is left out; the next line of that event says how many "
         "in `suppressed`.\n\n" +
         eventRows(kLogEvents) + "\nFrom the log itself:\n\n" + eventRows({&ops::kLinesDropped, 1});
}

std::string metricsPage() {
  std::string out = "# Metrics of isns-server\n\n" + std::string(kGenerated) +
                    "Served on `http.address` and `http.port` under `/metrics`, in the text format of Prometheus.\n\n" +
                    tableHead({"name", "kind", "labels", "meaning"});
  for (const ops::MetricRow& metric : kMetrics) {
    std::string labels;
    for (const ops::MetricLabel& label : metric.labels) {
      if (label.name.empty()) continue;
      labels += (labels.empty() ? "" : "; ") + code(label.name) + ":";
      for (const std::string_view word : label.words()) labels += (labels.back() == ':' ? " " : ", ") + cell(word);
    }
    out += row({code(metric.name), std::string(ops::word(metric.kind)), labels, cell(metric.help)});
  }
  return out;
}

std::string_view kindWord(isns::ValueKind kind) {
  switch (kind) {
    case isns::ValueKind::None:
      return "";
    case isns::ValueKind::U32:
    case isns::ValueKind::U64:
      return "number";
    case isns::ValueKind::Bits:
      return "flags";
    case isns::ValueKind::Ip:
      return "address";
    case isns::ValueKind::Port:
      return "port";
    case isns::ValueKind::Text:
      return "text";
    case isns::ValueKind::IscsiName:
      return "iSCSI name";
    case isns::ValueKind::Eid:
      return "entity identifier";
    case isns::ValueKind::Wwn:
      return "world wide name";
    case isns::ValueKind::Opaque:
      return "bytes";
  }
  return "";
}

std::string attributesPage() {
  std::string out = "# iSNS attributes\n\n" + std::string(kGenerated) +
                    "Fields are the names that `sanctl`, JSON and the database use; sections are RFC 4171's.\n\n" +
                    tableHead({"tag", "attribute", "field", "value", "bytes", "object", "set by", "section"});
  const auto line = [&](const std::string& tag, const isns::AttributeRow& r) {
    const std::string length = r.minLength == r.maxLength ? std::to_string(r.minLength)
                                                          : std::to_string(r.minLength) + "-" + std::to_string(r.maxLength);
    out += row({tag, cell(r.name), code(r.field), std::string(kindWord(r.kind)), length,
                std::string(isns::objectTypeName(r.object)), r.writer == isns::Writer::Client ? "client" : "server",
                std::string(r.section)});
  };
  for (const isns::AttributeRow& r : isns::attributeTable()) line(std::to_string(r.tag), r);
  for (const isns::VendorRange& range : isns::vendorRanges()) {
    line(std::to_string(range.first) + "-" + std::to_string(range.last), range.row);
  }
  return out;
}

std::string messagesPage() {
  std::string out = "# iSNS messages\n\n" + std::string(kGenerated) + tableHead({"id", "message", "from", "message key", "operating attributes", "section"});
  for (const isns::FunctionRow& r : isns::functionTable()) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const std::uint16_t id = isns::idOf(r.function);
    const std::string hex = {'0', 'x', '0', '0', kDigits[id >> 4U & 15U], kDigits[id & 15U]};
    out += row({hex, std::string(r.name), r.sender == isns::Sender::Client ? "client" : "server", cell(r.key),
                cell(r.operating), std::string(r.section)});
  }
  out += "\n## Status codes\n\n" + tableHead({"code", "status", "this server gives it for"});
  for (const isns::StatusRow& r : isns::statusTable()) {
    out += row({std::to_string(static_cast<std::uint32_t>(r.status)), cell(r.name), cell(r.when)});
  }
  return out;
}

constexpr ReferencePage kPages[] = {
    {"attributes.md", attributesPage},
    {"messages.md", messagesPage},
    {"configuration.md", configurationPage},
    {"isns-server.toml", exampleFile},
    {"log-events.md", logEventsPage},
    {"metrics.md", metricsPage},
};

}  // namespace

std::span<const ReferencePage> referencePages() { return kPages; }

}  // namespace app
