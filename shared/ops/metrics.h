// Metrics as rows of a table, cells that any thread may count in, and the text that a Prometheus server scrapes.
//
// A program owns one enumeration of metrics and one row for each, found by metricRow(Metric) in the enumeration's
// namespace. The kind and the number of labels are checked by the compiler:
//
//     metrics.at<Metric::ConnectionsAccepted>().add();
//     metrics.at<Metric::Messages>(functionLabel, statusLabel).add();
//     metrics.at<Metric::CommitSeconds>().observe(duration);
//
// A label is an index into a closed list of words, never text from outside, so the number of cells is fixed when the
// table is built and no peer can make it grow. An index past the list counts at the list's last word.
//
// Threads: cells are relaxed atomics; any thread writes, any thread reads. A scrape sees each cell at some moment, not
// all cells at one moment. Units: values are whole numbers; those of Unit::Seconds are kept in nanoseconds.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/clock.h"

namespace ops {

enum class MetricKind : std::uint8_t { Counter, Gauge, Histogram };
inline constexpr std::string_view kMetricKindWords[] = {"counter", "gauge", "histogram"};
constexpr std::string_view word(MetricKind kind) { return kMetricKindWords[static_cast<std::size_t>(kind)]; }
enum class MetricUnit : std::uint8_t { None, Seconds, Bytes };

// A label and its closed list of words; the function is asked once.
struct MetricLabel {
  using Words = std::vector<std::string_view>();
  constexpr MetricLabel() = default;
  constexpr MetricLabel(std::string_view name_, Words* words_) : name(name_), words(words_) {}
  std::string_view name;
  Words* words = nullptr;
};
inline constexpr std::size_t kMaxLabels = 2;

struct MetricRow {
  std::string_view name;  // a counter's ends in _total, a unit is part of the name
  MetricKind kind = MetricKind::Counter;
  MetricUnit unit = MetricUnit::None;
  std::string_view help;
  std::array<MetricLabel, kMaxLabels> labels{};  // unused ones have no name
  std::span<const std::int64_t> bounds{};        // of a histogram: upper bounds, ascending, in the value's unit
};

constexpr std::size_t labelCount(const MetricRow& row) {
  return static_cast<std::size_t>(std::count_if(row.labels.begin(), row.labels.end(),
                                                [](const MetricLabel& label) { return !label.name.empty(); }));
}

// Whether the rows keep the rules of the text format; for a static_assert beside the table.
constexpr bool areWellFormed(std::span<const MetricRow> rows);

class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

class Histogram {
 public:
  explicit Histogram(std::span<const std::int64_t> bounds) : bounds_(bounds), buckets_(bounds.size() + 1) {}

  void observe(std::int64_t value) {
    const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
    buckets_[static_cast<std::size_t>(bucket)].add();
    sum_.add(value);
  }
  void observe(base::Duration value) { observe(std::int64_t{value.count()}); }

  [[nodiscard]] std::span<const std::int64_t> bounds() const { return bounds_; }
  [[nodiscard]] std::uint64_t bucket(std::size_t i) const { return buckets_[i].value(); }  // i == size: above all
  [[nodiscard]] std::int64_t sum() const { return sum_.value(); }

 private:
  std::span<const std::int64_t> bounds_;
  std::vector<Counter> buckets_;
  Gauge sum_;
};

class Metrics {
 public:
  // `rows` in the order of their enumeration; they outlive this object.
  explicit Metrics(std::span<const MetricRow> rows);

  // The cell of metric M for its labels, a Counter, Gauge or Histogram; valid as long as this object.
  template <auto M, class... Labels>
  [[nodiscard]] auto& at(Labels... labels) {
    constexpr const MetricRow& row = metricRow(M);
    static_assert(sizeof...(Labels) == labelCount(row), "one index for each label of the row");
    Family& family = families_[static_cast<std::size_t>(M)];
    if constexpr (row.kind == MetricKind::Histogram) {
      return *family.histogram;
    } else if constexpr (row.kind == MetricKind::Gauge) {
      return family.gauges[cellOf(family, {static_cast<std::size_t>(labels)...})];
    } else {
      return family.counters[cellOf(family, {static_cast<std::size_t>(labels)...})];
    }
  }

  // Appends all metrics in the text exposition format 0.0.4. Cells of two labels that were never touched are left out.
  void writeText(std::string& out) const;

 private:
  struct Family {
    std::array<std::vector<std::string_view>, kMaxLabels> words;
    std::vector<Counter> counters;
    std::vector<Gauge> gauges;
    std::unique_ptr<Histogram> histogram;
  };

  static std::size_t cellOf(const Family& family, std::initializer_list<std::size_t> labels) {
    std::size_t cell = 0;
    std::size_t which = 0;
    for (const std::size_t label : labels) {
      const std::size_t size = family.words[which++].size();
      cell = cell * size + std::min(label, size - 1);
    }
    return cell;
  }
  static void writeCells(std::string& out, const MetricRow& row, const Family& family);

  std::span<const MetricRow> rows_;
  std::vector<Family> families_;
};

constexpr bool isMetricWord(std::string_view text) {
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

constexpr bool areWellFormed(std::span<const MetricRow> rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const MetricRow& row = rows[i];
    if (!isMetricWord(row.name) || row.help.empty()) return false;
    if ((row.kind == MetricKind::Counter) != row.name.ends_with("_total")) return false;
    if (row.unit == MetricUnit::Seconds && row.name.find("_seconds") == std::string_view::npos) return false;
    if (row.unit == MetricUnit::Bytes && row.name.find("_bytes") == std::string_view::npos) return false;
    if ((row.kind == MetricKind::Histogram) == row.bounds.empty()) return false;
    if (row.kind == MetricKind::Histogram && labelCount(row) != 0) return false;
    if (std::adjacent_find(row.bounds.begin(), row.bounds.end(), std::greater_equal<>()) != row.bounds.end())
      return false;
    for (const MetricLabel& label : row.labels) {
      if (!label.name.empty() && !isMetricWord(label.name)) return false;
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (rows[j].name == row.name) return false;
    }
  }
  return true;
}

}  // namespace ops
