#include "console-gui/model/finding_tree.h"

#include <algorithm>

#include "console-gui/client/tr.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/model/sentences.h"

namespace console {
namespace {

QString text(std::string_view words) { return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size())); }

std::size_t numberOf(std::string_view rule) {
  const auto* row = san::findRule(rule);
  return row == nullptr ? san::kRuleTable.size() : static_cast<std::size_t>(row - san::kRuleTable.data());
}

}  // namespace

QString sinceText(const san::Finding& finding, san::Seconds now) {
  if (finding.sinceTime != 0) return agoText(finding.sinceTime, now);
  return finding.since != 0 ? FindingTree::tr("since revision %1").arg(finding.since) : FindingTree::tr("not known");
}

bool FindingTree::Row::saysSame(const Row& other) const {
  return cause == other.cause && severity == other.severity && text == other.text && since == other.since &&
         state == other.state && count == other.count && waived == other.waived && sinceTime == other.sinceTime;
}

void FindingTree::setView(const ViewPtr& view, san::Seconds now, const ObjectFilter& objects) {
  view_ = view;
  now_ = now;
  merge(wanted(objects));
}

void FindingTree::setFilter(const FindingFilter& filter, const ObjectFilter& objects) {
  filter_ = filter;
  merge(wanted(objects));
}

bool FindingTree::takes(const san::Finding& finding, const ObjectFilter& objects) const {
  if (finding.severity < filter_.atLeast) return false;
  if (filter_.state == FindingFilter::State::Open && !finding.open()) return false;
  if (filter_.state == FindingFilter::State::Waived && finding.open() && finding.waivedCount == 0) return false;
  if (!filter_.rules.isEmpty() && !filter_.rules.contains(text(finding.rule))) return false;
  if (objects.isActive() && !(finding.subject && objects.meets(finding.subject)) &&
      std::ranges::none_of(finding.objects, [&](san::ObjectRef ref) { return objects.meets(ref); })) {
    return false;
  }
  if (filter_.words.isEmpty()) return true;
  const QString all = text(finding.rule) + QLatin1Char(' ') + sentence(finding.text) + QLatin1Char(' ') +
                      QString::fromStdString(finding.cause);
  return std::ranges::all_of(filter_.words.split(QLatin1Char(' '), Qt::SkipEmptyParts),
                             [&](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
}

std::vector<FindingTree::Group> FindingTree::wanted(const ObjectFilter& objects) const {
  std::vector<Group> groups;
  if (!view_ || !view_->findings) return groups;
  const auto& list = view_->findings->list;
  std::vector<std::vector<Row>> byRule(san::kRuleTable.size());
  for (std::size_t place = 0; place < list.size(); ++place) {
    const san::Finding& finding = list[place];
    const std::size_t rule = numberOf(finding.rule);
    if (rule >= byRule.size() || !takes(finding, objects)) continue;
    QString state = finding.open() ? tr("open") : tr("waived");
    if (finding.open() && finding.waivedCount != 0) state = tr("open, %1 waived").arg(finding.waivedCount);
    if (finding.open() && finding.expiredWaiver != 0) state = tr("open, waiver expired");
    // In the language of the console when it is shown.
    byRule[rule].push_back({finding.cause, finding.severity, QString::fromStdString(finding.text),
                            sinceText(finding, now_), state, finding.open() ? finding.count : finding.waivedCount,
                            !finding.open(), finding.sinceTime, place});
  }
  for (std::size_t rule = 0; rule < byRule.size(); ++rule) {
    if (byRule[rule].empty()) continue;
    std::ranges::sort(byRule[rule], {},
                      [](const Row& row) { return std::pair(-static_cast<int>(row.severity), row.cause); });
    groups.push_back({rule, std::move(byRule[rule])});
  }
  std::ranges::sort(groups, {}, [](const Group& group) {
    return std::pair(-static_cast<int>(group.rows.front().severity), group.rule);
  });
  return groups;
}

void FindingTree::merge(std::vector<Group> wanted) {
  for (std::size_t at = groups_.size(); at-- > 0;) {
    if (std::ranges::find(wanted, groups_[at].rule, &Group::rule) != wanted.end()) continue;
    beginRemoveRows({}, static_cast<int>(at), static_cast<int>(at));
    groups_.erase(groups_.begin() + static_cast<std::ptrdiff_t>(at));
    endRemoveRows();
  }
  for (std::size_t at = 0; at < wanted.size(); ++at) {
    Group& want = wanted[at];
    const auto here = groups_.begin() + static_cast<std::ptrdiff_t>(at);
    const auto found = std::ranges::find(here, groups_.end(), want.rule, &Group::rule);
    if (found == groups_.end()) {
      beginInsertRows({}, static_cast<int>(at), static_cast<int>(at));
      groups_.insert(here, std::move(want));
      endInsertRows();
      continue;
    }
    if (found != here) {
      const auto from = static_cast<int>(found - groups_.begin());
      beginMoveRows({}, from, from, {}, static_cast<int>(at));
      std::rotate(here, found, found + 1);
      endMoveRows();
    }
    if (mergeRows(at, std::move(want.rows)))
      emit dataChanged(index(static_cast<int>(at), 0), index(static_cast<int>(at), kColumns - 1));
  }
}

// Whether anything of the group has changed.
bool FindingTree::mergeRows(std::size_t group, std::vector<Row> wanted) {
  std::vector<Row>& rows = groups_[group].rows;
  const QModelIndex above = index(static_cast<int>(group), 0);
  const auto place = [](const Row& row) { return std::pair(-static_cast<int>(row.severity), row.cause); };
  bool changed = false;
  std::size_t at = 0;
  for (Row& want : wanted) {
    while (at < rows.size() && place(rows[at]) < place(want)) {
      beginRemoveRows(above, static_cast<int>(at), static_cast<int>(at));
      rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at));
      endRemoveRows();
      changed = true;
    }
    if (at < rows.size() && place(rows[at]) == place(want)) {
      const bool same = rows[at].saysSame(want);
      rows[at] = std::move(want);
      if (!same)
        emit dataChanged(index(static_cast<int>(at), 0, above), index(static_cast<int>(at), kColumns - 1, above));
      changed = changed || !same;
    } else {
      beginInsertRows(above, static_cast<int>(at), static_cast<int>(at));
      rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(at), std::move(want));
      endInsertRows();
      changed = true;
    }
    ++at;
  }
  if (at < rows.size()) {
    beginRemoveRows(above, static_cast<int>(at), static_cast<int>(rows.size()) - 1);
    rows.resize(at);
    endRemoveRows();
    changed = true;
  }
  return changed;
}

std::size_t FindingTree::shown() const {
  std::size_t count = 0;
  for (const Group& group : groups_) count += group.rows.size();
  return count;
}

// A child's number is that of its rule, from 1; a rule's is 0.
QModelIndex FindingTree::index(int row, int column, const QModelIndex& parent) const {
  if (row < 0 || column < 0 || column >= kColumns || row >= rowCount(parent)) return {};
  if (!parent.isValid()) return createIndex(row, column, quintptr{0});
  return createIndex(row, column, static_cast<quintptr>(groups_[static_cast<std::size_t>(parent.row())].rule + 1));
}

QModelIndex FindingTree::parent(const QModelIndex& index) const {
  if (!index.isValid() || index.internalId() == 0) return {};
  const auto at = std::ranges::find(groups_, static_cast<std::size_t>(index.internalId() - 1), &Group::rule);
  return at == groups_.end() ? QModelIndex() : createIndex(static_cast<int>(at - groups_.begin()), 0, quintptr{0});
}

int FindingTree::rowCount(const QModelIndex& parent) const {
  if (!parent.isValid()) return static_cast<int>(groups_.size());
  if (parent.internalId() != 0 || parent.column() != 0) return 0;
  return static_cast<int>(groups_[static_cast<std::size_t>(parent.row())].rows.size());
}

const FindingTree::Group* FindingTree::groupOf(const QModelIndex& index) const {
  const QModelIndex top = index.internalId() == 0 ? index : index.parent();
  return top.isValid() && static_cast<std::size_t>(top.row()) < groups_.size()
             ? &groups_[static_cast<std::size_t>(top.row())]
             : nullptr;
}

const FindingTree::Row* FindingTree::rowOf(const QModelIndex& index) const {
  if (!index.isValid() || index.internalId() == 0) return nullptr;
  const Group* group = groupOf(index);
  return group != nullptr && static_cast<std::size_t>(index.row()) < group->rows.size()
             ? &group->rows[static_cast<std::size_t>(index.row())]
             : nullptr;
}

const san::Finding* FindingTree::findingOf(const QModelIndex& index) const {
  const Row* row = rowOf(index);
  return row == nullptr || !view_ || !view_->findings ? nullptr : &view_->findings->list[row->place];
}

const san::RuleRow* FindingTree::ruleOf(const QModelIndex& index) const {
  const Group* group = index.isValid() ? groupOf(index) : nullptr;
  return group == nullptr ? nullptr : &san::kRuleTable[group->rule];
}

QModelIndex FindingTree::indexOf(std::string_view rule, std::string_view cause) const {
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    if (san::kRuleTable[groups_[g].rule].id != rule) continue;
    const QModelIndex above = index(static_cast<int>(g), 0);
    const auto at = std::ranges::find(groups_[g].rows, cause, &Row::cause);
    if (at != groups_[g].rows.end()) return index(static_cast<int>(at - groups_[g].rows.begin()), 0, above);
    return cause.empty() ? above : QModelIndex();
  }
  return {};
}

QVariant FindingTree::groupData(const Group& group, int column, int role) const {
  const san::RuleRow& rule = san::kRuleTable[group.rule];
  const san::Severity worst = group.rows.front().severity;
  if (role == kLevelRole) return column == Severity ? QVariant(static_cast<int>(levelOf(worst))) : QVariant();
  if (role == Qt::ToolTipRole) return tableText(rule.meaning);
  if (role != Qt::DisplayRole) return {};
  switch (column) {
    case What:
      return text(rule.id) + QStringLiteral("  ") + tableText(rule.title);
    case Severity:
      return severityWord(worst);
    case Count:
      return tr("%n causes", nullptr, static_cast<int>(group.rows.size()));
    case Since: {
      san::Seconds first = 0;
      for (const Row& row : group.rows) {
        if (row.sinceTime != 0 && (first == 0 || row.sinceTime < first)) first = row.sinceTime;
      }
      return first == 0 ? QString() : agoText(first, now_);
    }
    default: {
      const auto waived = std::ranges::count_if(group.rows, &Row::waived);
      return waived == 0 ? QString() : tr("%n waived", nullptr, static_cast<int>(waived));
    }
  }
}

QVariant FindingTree::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Row* row = rowOf(index);
  if (row == nullptr) {
    const Group* group = groupOf(index);
    return group == nullptr ? QVariant() : groupData(*group, index.column(), role);
  }
  if (role == kLevelRole) {
    if (index.column() != Severity) return {};
    return static_cast<int>(row->waived ? Level::Information : levelOf(row->severity));
  }
  if (role == Qt::ToolTipRole) return sentence(row->text);
  if (role != Qt::DisplayRole) return {};
  switch (index.column()) {
    case What:
      return sentence(row->text);
    case Severity:
      return severityWord(row->severity);
    case Count:
      return QVariant::fromValue(static_cast<qulonglong>(row->count));
    case Since:
      return row->since;
    default:
      return row->state;
  }
}

QVariant FindingTree::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  static const std::array kHeaders{QT_TR_NOOP("Finding"), QT_TR_NOOP("Severity"), QT_TR_NOOP("Objects"),
                                   QT_TR_NOOP("Since"), QT_TR_NOOP("State")};
  return tr(kHeaders[static_cast<std::size_t>(section)]);
}

}  // namespace console
