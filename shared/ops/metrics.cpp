#include "shared/ops/metrics.h"

#include <cstdlib>

namespace ops {
namespace {

void appendEscaped(std::string& out, std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\\' || (quotes && c == '"')) out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
}

// Nanoseconds as seconds without passing through floating point: 2500000 is 0.0025.
void appendSeconds(std::string& out, std::int64_t nanoseconds) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  if (nanoseconds < 0) out += '-';
  out += std::to_string(std::abs(nanoseconds / kSecond));
  std::string fraction = std::to_string(kSecond + std::abs(nanoseconds % kSecond));
  fraction[0] = '.';
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (fraction.size() > 1) out += fraction;
}

template <class Number>
void appendValue(std::string& out, const MetricRow& row, Number value) {
  if (row.unit == MetricUnit::Seconds) {
    appendSeconds(out, static_cast<std::int64_t>(value));
  } else {
    out += std::to_string(value);
  }
}

void appendLabel(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += "=\"";
  appendEscaped(out, value, true);
  out += '"';
}

void writeHistogram(std::string& out, const MetricRow& row, const Histogram& histogram) {
  const auto line = [&](std::string_view suffix) -> std::string& { return (out += row.name) += suffix; };
  std::uint64_t count = 0;
  for (std::size_t i = 0; i <= histogram.bounds().size(); ++i) {
    count += histogram.bucket(i);
    line("_bucket{le=\"");
    if (i < histogram.bounds().size()) {
      appendValue(out, row, histogram.bounds()[i]);
    } else {
      out += "+Inf";
    }
    out += "\"} " + std::to_string(count) + "\n";
  }
  line("_sum ");
  appendValue(out, row, histogram.sum());
  out += '\n';
  line("_count ") += std::to_string(count) + "\n";
}

}  // namespace

Metrics::Metrics(std::span<const MetricRow> rows) : rows_(rows), families_(rows.size()) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Family& family = families_[i];
    std::size_t cells = 1;
    for (std::size_t label = 0; label < labelCount(rows[i]); ++label) {
      family.words[label] = rows[i].labels[label].words();
      cells *= family.words[label].size();
    }
    switch (rows[i].kind) {
      case MetricKind::Counter:
        family.counters = std::vector<Counter>(cells);
        break;
      case MetricKind::Gauge:
        family.gauges = std::vector<Gauge>(cells);
        break;
      case MetricKind::Histogram:
        family.histogram = std::make_unique<Histogram>(rows[i].bounds);
        break;
    }
  }
}

void Metrics::writeCells(std::string& out, const MetricRow& row, const Family& family) {
  const std::size_t labels = labelCount(row);
  const std::size_t inner = labels == 2 ? family.words[1].size() : 1;
  const std::size_t cells = std::max(family.counters.size(), family.gauges.size());
  for (std::size_t cell = 0; cell < cells; ++cell) {
    const bool counter = row.kind == MetricKind::Counter;
    if (labels == 2 && (counter ? family.counters[cell].value() == 0 : family.gauges[cell].value() == 0)) continue;
    out += row.name;
    if (labels > 0) {
      out += '{';
      appendLabel(out, row.labels[0].name, family.words[0][cell / inner]);
      if (labels == 2) {
        out += ',';
        appendLabel(out, row.labels[1].name, family.words[1][cell % inner]);
      }
      out += '}';
    }
    out += ' ';
    if (counter) {
      appendValue(out, row, family.counters[cell].value());
    } else {
      appendValue(out, row, family.gauges[cell].value());
    }
    out += '\n';
  }
}

void Metrics::writeText(std::string& out) const {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const MetricRow& row = rows_[i];
    ((out += "# HELP ") += row.name) += ' ';
    appendEscaped(out, row.help, false);
    (((out += "\n# TYPE ") += row.name) += ' ') += word(row.kind);
    out += '\n';
    if (row.kind == MetricKind::Histogram) {
      writeHistogram(out, row, *families_[i].histogram);
    } else {
      writeCells(out, row, families_[i]);
    }
  }
}

}  // namespace ops
