#include "console-gui/model/member_list.h"

#include <QMimeData>
#include <algorithm>
#include <unordered_map>

#include "console-gui/model/zone_tree.h"

namespace console {

MemberList::MemberList(Side side, QObject* parent) : QAbstractTableModel(parent), side_(side) {}

void MemberList::setSan(const san::Snapshot& snapshot) {
  std::unordered_map<san::Id, int> zones;
  snapshot.table<san::Domain>().forEach([&](san::Id, const san::Domain& domain) {
    for (const san::Member& member : domain.nodes.items()) ++zones[member.id];
  });
  std::unordered_map<san::Id, san::Id> hostOf;  // by entity
  snapshot.table<san::Host>().forEach([&](san::Id id, const san::Host& host) {
    host.entities.visitWhile([&](san::Id entity) {
      hostOf[entity] = id;
      return true;
    });
  });
  all_.clear();
  snapshot.table<san::Node>().forEach([&](san::Id id, const san::Node& node) {
    if (side_ == Side::Targets ? !node.target : node.target && !node.initiator) return;
    Row row;
    row.ref = {san::Kind::Node, id};
    row.full = QString::fromStdString(node.name);
    row.name = QString::fromStdString(titleOf(snapshot, row.ref));
    const auto host = hostOf.find(node.entity.id);
    row.where = host != hostOf.end()   ? QString::fromStdString(titleOf(snapshot, {san::Kind::Host, host->second}))
                : node.registered()    ? QString::fromStdString(titleOf(snapshot, node.entity.ref()))
                                       : tr("not registered");
    const auto count = zones.find(id);
    row.zones = count == zones.end() ? 0 : count->second;
    all_.push_back(std::move(row));
  });
  std::ranges::sort(all_, {}, [](const Row& row) { return std::pair(row.name, row.ref); });
  show();
}

void MemberList::setWords(const QString& words) {
  words_ = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  show();
}

void MemberList::show() {
  std::vector<Row> wanted;
  std::ranges::copy_if(all_, std::back_inserter(wanted), [&](const Row& row) {
    return std::ranges::all_of(words_, [&](const QString& word) {
      return row.name.contains(word, Qt::CaseInsensitive) || row.full.contains(word, Qt::CaseInsensitive) || row.where.contains(word, Qt::CaseInsensitive);
    });
  });
  const auto place = [](const Row& row) { return std::pair(row.name, row.ref); };
  std::size_t at = 0;
  for (Row& want : wanted) {
    while (at < rows_.size() && place(rows_[at]) < place(want)) {
      beginRemoveRows({}, static_cast<int>(at), static_cast<int>(at));
      rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(at));
      endRemoveRows();
    }
    if (at < rows_.size() && place(rows_[at]) == place(want)) {
      if (!(rows_[at] == want)) {
        rows_[at] = std::move(want);
        emit dataChanged(index(static_cast<int>(at), 0), index(static_cast<int>(at), kColumns - 1));
      }
    } else {
      beginInsertRows({}, static_cast<int>(at), static_cast<int>(at));
      rows_.insert(rows_.begin() + static_cast<std::ptrdiff_t>(at), std::move(want));
      endInsertRows();
    }
    ++at;
  }
  if (at < rows_.size()) {
    beginRemoveRows({}, static_cast<int>(at), static_cast<int>(rows_.size()) - 1);
    rows_.resize(at);
    endRemoveRows();
  }
}

san::ObjectRef MemberList::refOf(const QModelIndex& index) const {
  return index.isValid() ? rows_[static_cast<std::size_t>(index.row())].ref : san::ObjectRef{};
}

int MemberList::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(rows_.size()); }
int MemberList::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant MemberList::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
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
