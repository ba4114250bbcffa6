#include "console-gui/model/access_grid.h"

#include <QStringList>
#include <algorithm>
#include <bit>

#include "console-gui/client/tr.h"

namespace console {
namespace {

std::uint64_t keyOf(san::ObjectRef ref) { return (std::uint64_t{static_cast<std::uint8_t>(ref.kind)} << 32) | ref.id; }

// A target may be a line and the head of the group that the line is in: then the line counts.
void place(std::unordered_map<std::uint64_t, std::uint32_t>& places, const AccessLine& line, std::uint32_t at) {
  if (line.group) {
    places.emplace(keyOf(line.object), at);
  } else {
    places.insert_or_assign(keyOf(line.object), at);
  }
}

// What is painted of a cell whose bits are set.
CellLook lookOf(const StateWords& words, std::uint64_t bits) {
  CellLook look;
  for (std::size_t state = kAccessStates; state-- > 1;) {
    if ((words.of[state] & bits) != 0) {
      look.state = static_cast<AccessState>(state);
      break;
    }
  }
  look.readOnly = hasRight(look.state) && (words.write & bits) == 0;
  look.session = (words.session & bits) != 0;
  return look;
}

}  // namespace

AccessGrid::AccessGrid(AccessFactsPtr facts, const AccessOptions& options)
    : facts_(std::move(facts)), options_(options), lines_(linesOf(*facts_, options)) {
  std::vector<std::pair<san::Id, std::uint32_t>> ofHost, ofUnit;
  joinedRow_.assign(rows(), -1);
  const std::size_t words = facts_->words();
  for (std::uint32_t row = 0; row < rows(); ++row) {
    const AccessLine& line = lines_.rows[row];
    place(rowOf_, line, row);
    for (const std::uint32_t host : line.members) ofHost.emplace_back(host, row);
    hostOf_.push_back(line.members.size() == 1 ? line.members.front() : kMany);
    if (line.members.size() == 1) continue;
    joinedRow_[row] = static_cast<std::int32_t>(words == 0 ? 0 : joined_.size() / words);
    joined_.resize(joined_.size() + words);
    StateWords* all = joined_.data() + (joined_.size() - words);
    for (const std::uint32_t host : line.members) {
      for (std::size_t word = 0; word < words; ++word) all[word].join(facts_->words(host, word));
    }
  }
  masks_.resize(columns());
  for (std::uint32_t column = 0; column < columns(); ++column) {
    const AccessLine& line = lines_.columns[column];
    place(columnOf_, line, column);
    for (const std::uint32_t unit : line.members) ofUnit.emplace_back(unit, column);
    unitOf_.push_back(line.members.size() == 1 ? line.members.front() : kMany);
    if (line.members.size() == 1) continue;
    auto& mask = masks_[column];
    for (const std::uint32_t unit : line.members) {
      if (mask.empty() || mask.back().first != unit / 64) mask.emplace_back(unit / 64, 0);
      mask.back().second |= std::uint64_t{1} << (unit % 64);
    }
  }
  rowsOfHost_.build(std::move(ofHost));
  columnsOfUnit_.build(std::move(ofUnit));
}

AccessGridPtr AccessGrid::make(AccessFactsPtr facts, const AccessOptions& options) {
  return AccessGridPtr(new AccessGrid(std::move(facts), options));
}

StateWords AccessGrid::words(std::size_t row, std::size_t word) const {
  if (hostOf_[row] != kMany) return facts_->words(hostOf_[row], word);
  return joined_[static_cast<std::size_t>(joinedRow_[row]) * facts_->words() + word];
}

AccessGrid::Row AccessGrid::rowWords(std::size_t row, std::size_t columns) const {
  const std::size_t words = facts_->words();
  Row out;
  if (columns < words) return out;
  out.all.reserve(words);
  out.any.reserve(words);
  for (std::size_t word = 0; word < words; ++word) {
    const StateWords& some = out.all.emplace_back(this->words(row, word));
    std::uint64_t any = 0;
    for (const std::uint64_t state : some.of) any |= state;
    out.any.push_back(any);
  }
  return out;
}

CellLook AccessGrid::lookAt(const StateWords& words, std::uint32_t unit, std::size_t column) const {
  CellLook look = lookOf(words, std::uint64_t{1} << (unit % 64));
  look.old = look.state != AccessState::None && lines_.columns[column].silent;
  return look;
}

CellLook AccessGrid::look(std::size_t row, std::size_t column) const {
  const std::uint32_t unit = unitOf_[column];
  if (unit != kMany) return lookAt(words(row, unit / 64), unit, column);
  StateWords all;
  for (const auto& [word, bits] : masks_[column]) {
    StateWords part = words(row, word);
    for (std::uint64_t& state : part.of) state &= bits;
    part.write &= bits;
    part.session &= bits;
    all.join(part);
  }
  CellLook look = lookOf(all, ~std::uint64_t{0});
  look.old = look.state != AccessState::None && lines_.columns[column].silent;
  return look;
}

AccessCounts AccessGrid::counts(std::size_t row, std::size_t column) const {
  AccessCounts counts;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> one;
  const AccessLine& line = lines_.columns[column];
  if (line.members.size() == 1)
    one.emplace_back(line.members.front() / 64, std::uint64_t{1} << (line.members.front() % 64));
  for (const std::uint32_t host : lines_.rows[row].members) {
    for (const auto& [word, bits] : one.empty() ? masks_[column] : one) {
      const StateWords words = facts_->words(host, word);
      for (std::size_t state = 1; state < kAccessStates; ++state) {
        counts.of[state] += static_cast<std::size_t>(std::popcount(words.of[state] & bits));
      }
    }
  }
  counts.all = lines_.rows[row].members.size() * line.members.size();
  std::size_t some = 0;
  for (std::size_t state = 1; state < kAccessStates; ++state) some += counts.of[state];
  counts.of[0] = counts.all - some;
  return counts;
}

std::optional<std::size_t> AccessGrid::rowOf(san::ObjectRef object) const {
  const auto at = rowOf_.find(keyOf(object));
  if (at != rowOf_.end()) return at->second;
  return std::nullopt;
}
std::optional<std::size_t> AccessGrid::columnOf(san::ObjectRef object) const {
  const auto at = columnOf_.find(keyOf(object));
  if (at != columnOf_.end()) return at->second;
  return std::nullopt;
}

QString AccessGrid::wordsOf(std::size_t row, std::size_t column, const CellLook& look) const {
  const AccessLine& host = lines_.rows[row];
  const AccessLine& unit = lines_.columns[column];
  QString text = QStringLiteral("%1 \u2192 %2: %3").arg(host.title, unit.title, lookWords(look));
  if (host.members.size() == 1 && unit.members.size() == 1) return text;
  const AccessCounts all = counts(row, column);
  QStringList parts;
  for (const AccessState state : kLegendStates) {
    const std::size_t count = all.of[static_cast<std::size_t>(state)];
    if (count != 0) parts << QStringLiteral("%1 %2").arg(count).arg(accessWord(state));
  }
  const QString many = console::tr("of %n cell(s)", nullptr, static_cast<int>(all.all));
  return text + QStringLiteral("\n") +
         (parts.isEmpty() ? many : parts.join(QStringLiteral(", ")) + QStringLiteral(", ") + many);
}

}  // namespace console
