#include "shared/program/reference.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "shared/base/man_page.h"
#include "shared/base/table_cell.h"
#include "shared/ops/config_text.h"
#include "shared/ops/config_validate.h"
#include "shared/ops/log_stream.h"

namespace program {

std::string code(std::string_view text) { return "`" + base::tableCell(text) + "`"; }

std::string tableRow(std::initializer_list<std::string> cells) {
  std::string out = "|";
  for (const std::string& text : cells) out += " " + text + " |";
  return out + "\n";
}
std::string tableHead(std::initializer_list<std::string> heads) {
  std::string out = tableRow(heads) + "|";
  for (std::size_t i = 0; i < heads.size(); ++i) out += "---|";
  return out + "\n";
}

namespace {

std::string_view groupOf(std::string_view key) { return key.substr(0, key.find('.')); }
std::string_view nameInGroup(std::string_view key) { return key.substr(key.find('.') + 1); }

constexpr std::string_view kFileRules =
    "An unknown key or a value outside its range is an error. Bytes may be written as \"64MiB\" (KiB, MiB, GiB, TiB) "
    "and "
    "durations as \"15m\" (s, m, h, d, w). Keys marked reload take effect on SIGHUP (systemctl reload), the others at "
    "the "
    "next start.";

// The defaults as the validator reads them.
ops::ConfigValues defaults(const ops::Schema& schema) {
  ops::RawConfig none;
  std::vector<ops::ConfigError> errors;
  return ops::validate(schema, none, errors);
}
// The keys in order with their defaults, and each group before the first of its keys.
template <class OnGroup, class OnKey>
void eachKey(const ops::Schema& schema, OnGroup&& onGroup, OnKey&& onKey) {
  const ops::ConfigValues values = defaults(schema);
  std::string_view group;
  for (std::size_t i = 0; i < schema.keys.size(); ++i) {
    const ops::KeyRow& key = schema.keys[i];
    if (groupOf(key.name) != group) {
      group = groupOf(key.name);
      onGroup(std::string(group));
    }
    onKey(key, ops::toToml(key.type, values.keys[i].value));
  }
}
std::string columnDefault(const ops::KeyRow& column) {
  std::vector<ops::ConfigError> errors;
  const ops::ConfigValues values = ops::validate({{&column, 1}, {}}, {}, errors);
  return ops::toToml(column.type, values.keys[0].value);
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

std::string eventRows(std::span<const ops::LogEvent> events) {
  std::string out = tableHead({"id", "severity", "event", "fields", "rate", "meaning"});
  for (const ops::LogEvent& event : events) {
    std::string fields;
    for (const std::string_view field : event.fields) fields += (fields.empty() ? "" : ", ") + code(field);
    const std::string rate = event.rate.burst == 0 ? "all"
                                                   : std::to_string(event.rate.burst) + ", then " +
                                                         std::to_string(event.rate.perMinute) + " a minute";
    out += tableRow({std::string(event.id), std::string(ops::word(event.severity)), code(event.name), fields, rate,
                     base::tableCell(event.help)});
  }
  return out;
}

}  // namespace

std::string configurationPage(std::string_view program, std::string_view configPath, const ops::Schema& schema) {
  std::string out = "# Configuration of " + std::string(program) + "\n\n" + std::string(kGenerated);
  out += "The file is TOML, by default `" + std::string(configPath) +
         "`; `--set key=value` on the command line holds "
         "against it. " +
         std::string(kFileRules) + "\n";
  eachKey(
      schema,
      [&](const std::string& group) {
        out += "\n## [" + group + "]\n\n" + tableHead({"key", "value", "default", "takes effect", "meaning"});
      },
      [&](const ops::KeyRow& key, const std::string& preset) {
        out += tableRow({code(key.name), base::tableCell(ops::describe(key.type)), code(preset),
                         key.reloadable ? "reload" : "start", base::tableCell(key.doc)});
      });
  for (const ops::RecordRow& record : schema.records) {
    out += "\n## [[" + std::string(record.name) + "]]\n\n" + std::string(record.doc) + " At most " +
           std::to_string(record.max) + "; takes effect on " + (record.reloadable ? "reload" : "start") + ".\n\n" +
           tableHead({"key", "value", "default", "meaning"});
    for (const ops::KeyRow& column : record.columns) {
      out += tableRow({code(column.name), base::tableCell(ops::describe(column.type)),
                       column.preset ? code(columnDefault(column)) : "must be given", base::tableCell(column.doc)});
    }
  }
  return out;
}

std::string exampleFile(std::string_view program, const ops::Schema& schema) {
  std::string out = comment(
      "Configuration of " + std::string(program) +
      ". Every key is here with its default; remove the # in front of what you change. Made from the program's tables "
      "by dump-reference.");
  eachKey(
      schema, [&](const std::string& group) { out += "\n[" + group + "]\n"; },
      [&](const ops::KeyRow& key, const std::string& preset) {
        out += comment(std::string(key.doc) + " (" + ops::describe(key.type) + "; on " +
                       (key.reloadable ? "reload" : "start") + ")");
        out += "#" + std::string(nameInGroup(key.name)) + " = " + preset + "\n";
      });
  const ops::ConfigValues values = defaults(schema);
  for (std::size_t i = 0; i < schema.records.size(); ++i) {
    const ops::RecordRow& record = schema.records[i];
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

std::string configurationManPage(std::string_view file, std::string_view program, std::string_view configPath,
                                 const ops::Schema& schema) {
  base::ManPage page(file, '5', SANCTUM_VERSION);
  page.addName("configuration of " + std::string(program.substr(0, program.find('('))));
  page.beginSection("description");
  page.addParagraph("TOML, by default in " + std::string(configPath) + ". " + std::string(kFileRules));
  const auto add = [&](const ops::KeyRow& key, std::string_view preset, std::string_view when) {
    std::string says(key.doc);
    says.append(" (").append(ops::describe(key.type)).append("; ").append(preset).append(when).append(")");
    page.addTerm(key.name, says);
  };
  eachKey(
      schema, [&](const std::string& group) { page.beginSection("[" + group + "]"); },
      [&](const ops::KeyRow& key, const std::string& preset) {
        add(key, preset + " if not given", key.reloadable ? "; on reload" : "; at start");
      });
  for (const ops::RecordRow& record : schema.records) {
    page.beginSection("[[" + std::string(record.name) + "]]");
    page.addParagraph(std::string(record.doc) + " At most " + std::to_string(record.max) + "; " +
                      (record.reloadable ? "on reload" : "at start") + ".");
    for (const ops::KeyRow& column : record.columns) {
      add(column, column.preset ? columnDefault(column) + " if not given" : "must be given", "");
    }
  }
  const std::string_view also[] = {program};
  page.addSeeAlso(also);
  return page.text();
}

std::string helpManPage(std::string_view program, std::string_view help, std::span<const std::string_view> seeAlso) {
  base::ManPage page(program, '8', SANCTUM_VERSION);
  page.addHelp(help);
  page.addSeeAlso(seeAlso);
  return page.text();
}

std::string logEventsPage(std::string_view program, std::span<const ops::LogEvent> events) {
  return "# Log events of " + std::string(program) + "\n\n" + std::string(kGenerated) +
         "A line has `time`, `level`, `id` and `event`, then the fields below. Ids never change: search for them, and "
         "build alarms on them. What comes faster than its rate is left out; the next line of that event says how many "
         "in `suppressed`.\n\n" +
         eventRows(events) + "\nFrom the log itself:\n\n" + eventRows({&ops::kLinesDropped, 1});
}

std::string metricsPage(std::string_view program, std::span<const ops::MetricRow> metrics) {
  std::string out = "# Metrics of " + std::string(program) + "\n\n" + std::string(kGenerated) +
                    "Served on `http.address` and `http.port` under `/metrics`, in the text format of Prometheus.\n\n" +
                    tableHead({"name", "kind", "labels", "meaning"});
  for (const ops::MetricRow& metric : metrics) {
    std::string labels;
    for (const ops::MetricLabel& label : metric.labels) {
      if (label.name.empty()) continue;
      labels += (labels.empty() ? "" : "; ") + code(label.name) + ":";
      for (const std::string_view word : label.words())
        labels += (labels.back() == ':' ? " " : ", ") + base::tableCell(word);
    }
    out += tableRow({code(metric.name), std::string(ops::word(metric.kind)), labels, base::tableCell(metric.help)});
  }
  return out;
}

namespace {

bool write(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) std::fprintf(stderr, "%s cannot be written\n", path.c_str());
  return !file.fail();
}

bool check(const std::string& path, const std::string& text) {
  std::ifstream file(path, std::ios::binary);
  const std::string found{std::istreambuf_iterator<char>(file), {}};
  if (file && found == text) return true;
  std::fprintf(stderr, "%s is not what the tables say; run `./sanctum docs`\n", path.c_str());
  return false;
}

}  // namespace

int dumpReference(int argc, char** argv, std::span<const ReferencePage> pages,
                  std::span<const ReferencePage> manPages) {
  const bool checks = argc == 3 && std::string(argv[1]) == "--check";
  const bool man = argc == 3 && std::string(argv[1]) == "--man";
  if (argc != 2 && !checks && !man) {
    std::fprintf(stderr, "usage: %s [--check|--man] FOLDER\n", argv[0]);
    return 2;
  }
  const std::string folder = argv[argc - 1];
  bool good = true;
  for (const ReferencePage& page : man ? manPages : pages) {
    const std::string path = folder + "/" + std::string(page.file);
    const std::string text = page.text();
    good = (checks ? check(path, text) : write(path, text)) && good;
  }
  return good ? 0 : 1;
}

}  // namespace program
