#include "console-gui/model/member_list.h"

#include <QMimeData>
#include <algorithm>

#include "console-gui/model/view.h"
#include "console-gui/model/zone_tree.h"

namespace console {

MemberList::MemberList(Side side, QObject* parent) : RowTable(parent), side_(side) {}

void MemberList::setSan(const san::Snapshot& snapshot) {
  std::unordered_map<san::Id, int> zones;
  snapshot.table<san::Domain>().forEach([&](san::Id, const san::Domain& domain) {
    for (const san::Member& member : domain.nodes.items()) ++zones[member.id];
  });
  const auto hostOf = hostsByEntity(snapshot);
  all_.clear();
  snapshot.table<san::Node>().forEach([&](san::Id id, const san::Node& node) {
    if (side_ == Side::Targets ? !node.target : node.target && !node.initiator) return;
    MemberRow row;
    row.ref = {san::Kind::Node, id};
    row.full = QString::fromStdString(node.name);
    row.name = titled(snapshot, row.ref);
    const auto host = hostOf.find(node.entity.id);
    row.where = host != hostOf.end() ? titled(snapshot, {san::Kind::Host, host->second})
                : node.registered()  ? titled(snapshot, node.entity.ref())
                                     : tr("not registered");
    const auto count = zones.find(id);
    row.zones = count == zones.end() ? 0 : count->second;
    all_.push_back(std::move(row));
  });
  std::ranges::sort(all_, {}, [](const MemberRow& row) { return std::pair(row.name, row.ref); });
  show();
}

void MemberList::setWords(const QString& words) {
  words_ = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  show();
}

void MemberList::show() {
  std::vector<MemberRow> wanted;
  std::ranges::copy_if(all_, std::back_inserter(wanted), [&](const MemberRow& row) {
    return std::ranges::all_of(words_, [&](const QString& word) {
      return row.name.contains(word, Qt::CaseInsensitive) || row.full.contains(word, Qt::CaseInsensitive) || row.where.contains(word, Qt::CaseInsensitive);
    });
  });
  merge(std::move(wanted), [](const MemberRow& a, const MemberRow& b) { return std::pair(a.name, a.ref) < std::pair(b.name, b.ref); });
}

san::ObjectRef MemberList::refOf(const QModelIndex& index) const {
  const MemberRow* row = at(index.row());
  return row == nullptr ? san::ObjectRef{} : row->ref;
}

int MemberList::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant MemberList::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const MemberRow& row = *at(index.row());
  if (role == RefRole) return QVariant::fromValue(row.ref);
  if (role == Qt::ToolTipRole) return row.full;
  if (role != Qt::DisplayRole) return {};
  switch (index.column()) {
    case Name:
      return row.name;
    case Where:
      return row.where;
    default:
      return row.zones == 0 ? tr("none") : QString::number(row.zones);
  }
}

QVariant MemberList::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (section) {
    case Name:
      return side_ == Side::Targets ? tr("Target") : tr("Initiator");
    case Where:
      return side_ == Side::Targets ? tr("Machine") : tr("Host");
    default:
      return tr("Zones");
  }
}

Qt::ItemFlags MemberList::flags(const QModelIndex& index) const {
  return index.isValid() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled : Qt::NoItemFlags;
}

QStringList MemberList::mimeTypes() const { return {QString::fromLatin1(kRefsMime)}; }

QMimeData* MemberList::mimeData(const QModelIndexList& indexes) const {
  std::vector<san::ObjectRef> refs;
  for (const QModelIndex& index : indexes) {
    if (index.column() == 0) refs.push_back(refOf(index));
  }
  auto* data = new QMimeData;
  data->setData(QString::fromLatin1(kRefsMime), refsToMime(refs));
  return data;
}

}  // namespace console
