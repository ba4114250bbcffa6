#include "console-gui/model/zone_tree.h"

#include <QMimeData>
#include <algorithm>
#include <charconv>

#include "console-gui/client/tr.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/model/view.h"

namespace console {

using san::Kind;
using san::ObjectRef;

QByteArray refsToMime(const std::vector<ObjectRef>& refs) {
  QByteArray bytes;
  for (const ObjectRef ref : refs) {
    const std::string_view kind = san::nameOf(ref.kind);
    bytes += QByteArray(kind.data(), static_cast<qsizetype>(kind.size())) + ':' + QByteArray::number(ref.id) + '\n';
  }
  return bytes;
}

std::vector<ObjectRef> refsFromMime(const QByteArray& bytes) {
  std::vector<ObjectRef> refs;
  for (const QByteArray& line : bytes.split('\n')) {
    const qsizetype colon = line.indexOf(':');
    if (colon < 0) continue;
    const auto kind = san::kindNamed({line.constData(), static_cast<std::size_t>(colon)});
    const unsigned id = line.mid(colon + 1).toUInt();
    if (kind && id != 0) refs.push_back({*kind, id});
  }
  return refs;
}

struct ZoneTree::Item {
  ObjectRef ref;  // none: the domains that are in no set
  DraftMark mark = DraftMark::None;
  QString name, detail;
  QString folded;  // the name, to be compared
  Item* parent = nullptr;
  std::vector<std::unique_ptr<Item>> children;

  void call(const QString& text) {
    name = text;
    folded = text.toCaseFolded();
  }
  // Its place among its siblings: what is in no set stands last.
  [[nodiscard]] std::tuple<bool, const QString&, ObjectRef> place() const { return {!ref, folded, ref}; }
};

namespace {

using Item = ZoneTree::Item;
using Items = std::vector<std::unique_ptr<Item>>;

class Planter {
 public:
  Planter(const san::Snapshot& before, const san::Snapshot& after) : before_(before), after_(after) {}

  Items make() {
    Items sets;
    std::vector<san::Id> inSets;
    eachOfBoth<san::DomainSet>([&](san::Id id, const san::DomainSet* was, const san::DomainSet* is) {
      auto item = itemOf({Kind::DomainSet, id}, was, is);
      const san::DomainSet& shown = is != nullptr ? *is : *was;
      item->detail = shown.enabled ? console::tr("enabled") : console::tr("not enabled");
      if (was != nullptr && is != nullptr && was->enabled != is->enabled) item->mark = DraftMark::Changed;
      eachMember(was == nullptr ? nullptr : &was->domains, is == nullptr ? nullptr : &is->domains, [&](san::Id domain, DraftMark mark) {
        inSets.push_back(domain);
        auto child = domainItem(domain);
        if (child && child->mark == DraftMark::None) child->mark = mark;
        if (child) item->children.push_back(std::move(child));
      });
      sets.push_back(std::move(item));
    });
    std::ranges::sort(inSets);
    auto rest = std::make_unique<Item>();
    eachOfBoth<san::Domain>([&](san::Id id, const san::Domain*, const san::Domain*) {
      if (std::ranges::binary_search(inSets, id)) return;
      if (auto child = domainItem(id)) rest->children.push_back(std::move(child));
    });
    if (!rest->children.empty()) {
      rest->call(console::tr("In no set"));
      rest->detail = console::tr("gives nobody anything");
      sets.push_back(std::move(rest));
    }
    order(sets);
    return sets;
  }

 private:
  template <class T, class Take>
  void eachOfBoth(Take&& take) {
    after_.table<T>().forEach([&](san::Id id, const T& is) { take(id, before_.get<T>(id), &is); });
    before_.table<T>().forEach([&](san::Id id, const T& was) {
      if (after_.get<T>(id) == nullptr) take(id, &was, static_cast<const T*>(nullptr));
    });
  }
  template <Kind K, class Take>
  static void eachMember(const san::Members<K>* was, const san::Members<K>* is, Take&& take) {
    if (is != nullptr) {
      for (const san::Member& one : is->items()) {
        take(one.id, was != nullptr && was->contains(one.id) ? DraftMark::None : was == nullptr ? DraftMark::None : DraftMark::Added);
      }
    }
    if (was == nullptr) return;
    for (const san::Member& one : was->items()) {
      if (is == nullptr || !is->contains(one.id)) take(one.id, DraftMark::Removed);
    }
  }

  template <class T>
  std::unique_ptr<Item> itemOf(ObjectRef ref, const T* was, const T* is) const {
    auto item = std::make_unique<Item>();
    item->ref = ref;
    item->mark = was == nullptr ? DraftMark::Added : is == nullptr ? DraftMark::Removed : DraftMark::None;
    item->call(titled(is != nullptr ? after_ : before_, ref));
    if (was != nullptr && is != nullptr && was->name != is->name) item->mark = DraftMark::Changed;
    return item;
  }

  std::unique_ptr<Item> domainItem(san::Id id) {
    const auto* was = before_.get<san::Domain>(id);
    const auto* is = after_.get<san::Domain>(id);
    if (was == nullptr && is == nullptr) return nullptr;
    auto item = itemOf({Kind::Domain, id}, was, is);
    std::size_t initiators = 0, targets = 0;
    eachMember(was == nullptr ? nullptr : &was->nodes, is == nullptr ? nullptr : &is->nodes, [&](san::Id node, DraftMark mark) {
      const san::Snapshot& from = mark == DraftMark::Removed ? before_ : after_;
      const auto* known = from.get<san::Node>(node);
      if (known == nullptr) return;
      if (mark != DraftMark::Removed) {
        initiators += known->initiator ? 1 : 0;
        targets += known->target ? 1 : 0;
      }
      auto child = memberItem(from, {Kind::Node, node}, mark);
      child->detail = !known->registered() ? console::tr("not registered")
                      : known->target      ? console::tr("target")
                                           : console::tr("initiator");
      item->children.push_back(std::move(child));
    });
    if (is != nullptr) {
      is->portals.forEach([&](san::Id portal) {
        const bool added = was != nullptr && !was->portals.contains(portal);
        auto child = memberItem(after_, {Kind::Portal, portal}, added ? DraftMark::Added : DraftMark::None);
        child->detail = console::tr("portal");
        item->children.push_back(std::move(child));
      });
    }
    item->detail = console::tr("%1 : %2", "initiators to targets").arg(initiators).arg(targets);
    if (is != nullptr && is->chap != san::ChapDemand::None) item->detail += QStringLiteral(", ") + chapWord(is->chap);
    return item;
  }
  static std::unique_ptr<Item> memberItem(const san::Snapshot& from, ObjectRef ref, DraftMark mark) {
    auto item = std::make_unique<Item>();
    item->ref = ref;
    item->mark = mark;
    item->call(titled(from, ref));
    return item;
  }

  static void order(Items& items) {
    std::ranges::sort(items, [](const auto& a, const auto& b) { return a->place() < b->place(); });
    for (auto& item : items) order(item->children);
  }

  const san::Snapshot& before_;
  const san::Snapshot& after_;
};

}  // namespace

ZoneTree::ZoneTree(QObject* parent) : QAbstractItemModel(parent), root_(std::make_unique<Item>()) {}
ZoneTree::~ZoneTree() = default;

void ZoneTree::setSans(const san::Snapshot& before, const san::Snapshot& after, bool sanWords) {
  sanWords_ = sanWords;
  merge(*root_, Planter(before, after).make(), {});
}

// An object that has another place, as it is called otherwise now, takes its row there: what is chosen and open stays.
// Both lists are in order, before and after.
void ZoneTree::moveRenamed(Item& into, const Items& wanted, const QModelIndex& at) {
  std::vector<const Item*> from, to;  // rows whose place is in one list alone
  std::size_t row = 0;
  for (const auto& want : wanted) {
    while (row < into.children.size() && into.children[row]->place() < want->place())
      from.push_back(into.children[row++].get());
    const bool same = row < into.children.size() && into.children[row]->ref == want->ref;
    same ? static_cast<void>(++row) : to.push_back(want.get());
  }
  while (row < into.children.size()) from.push_back(into.children[row++].get());
  if (from.empty() || to.empty()) return;
  const auto byRef = [](const Item* a, const Item* b) { return a->ref < b->ref; };
  std::ranges::sort(to, byRef);
  for (const Item* moved : from) {
    const auto want = std::lower_bound(to.begin(), to.end(), moved, byRef);
    if (want == to.end() || (*want)->ref != moved->ref) continue;
    const auto lower = [&](const Item& item) {
      return std::lower_bound(into.children.begin(), into.children.end(), item.place(),
                              [](const auto& one, const auto& place) { return one->place() < place; });
    };
    const auto first = lower(*moved);
    const auto before = lower(**want);  // as it stands now: the row before which it comes
    const int old = static_cast<int>(first - into.children.begin());
    const int fresh = static_cast<int>(before - into.children.begin());
    const bool moves = beginMoveRows(at, old, old, at, fresh);
    if (before > first) {
      std::rotate(first, first + 1, before);
    } else {
      std::rotate(before, first, first + 1);
    }
    (*(before > first ? before - 1 : before))->call((*want)->name);
    if (moves) endMoveRows();
  }
}

// Both lists are in order. Rows whose place is in one alone go or come; the others take what is new and go on below.
void ZoneTree::merge(Item& into, Items wanted, const QModelIndex& at) {
  moveRenamed(into, wanted, at);
  const auto place = [](const Item& item) { return item.place(); };
  std::size_t row = 0;
  for (auto& want : wanted) {
    while (row < into.children.size() && place(*into.children[row]) < place(*want)) {
      beginRemoveRows(at, static_cast<int>(row), static_cast<int>(row));
      into.children.erase(into.children.begin() + static_cast<std::ptrdiff_t>(row));
      endRemoveRows();
    }
    if (row < into.children.size() && place(*into.children[row]) == place(*want)) {
      Item& known = *into.children[row];
      const bool same = known.name == want->name && known.detail == want->detail && known.mark == want->mark;
      known.call(want->name);
      known.detail = want->detail;
      known.mark = want->mark;
      const QModelIndex here = createIndex(static_cast<int>(row), 0, &known);
      if (!same) emit dataChanged(here, createIndex(static_cast<int>(row), kColumns - 1, &known));
      merge(known, std::move(want->children), here);
    } else {
      // Whole, with what is below it.
      const auto adopt = [](auto& self, Item& item) -> void {
        for (auto& child : item.children) {
          child->parent = &item;
          self(self, *child);
        }
      };
      adopt(adopt, *want);
      want->parent = &into == root_.get() ? nullptr : &into;
      beginInsertRows(at, static_cast<int>(row), static_cast<int>(row));
      into.children.insert(into.children.begin() + static_cast<std::ptrdiff_t>(row), std::move(want));
      endInsertRows();
    }
    ++row;
  }
  if (row < into.children.size()) {
    beginRemoveRows(at, static_cast<int>(row), static_cast<int>(into.children.size()) - 1);
    into.children.resize(row);
    endRemoveRows();
  }
}

const Item* ZoneTree::itemOf(const QModelIndex& index) const {
  return index.isValid() ? static_cast<const Item*>(index.constInternalPointer()) : root_.get();
}

ObjectRef ZoneTree::refOf(const QModelIndex& index) const { return index.isValid() ? itemOf(index)->ref : ObjectRef{}; }

ObjectRef ZoneTree::parentRefOf(const QModelIndex& index) const {
  const Item* item = itemOf(index);
  return item->parent == nullptr ? ObjectRef{} : item->parent->ref;
}

QModelIndex ZoneTree::indexOf(ObjectRef ref) const {
  QModelIndex found;
  const auto look = [&](auto& self, const Item& item) -> void {
    for (std::size_t row = 0; row < item.children.size() && !found.isValid(); ++row) {
      const Item& child = *item.children[row];
      if (child.ref == ref) {
        found = createIndex(static_cast<int>(row), 0, &child);
      } else {
        self(self, child);
      }
    }
  };
  if (ref) look(look, *root_);
  return found;
}

QModelIndex ZoneTree::index(int row, int column, const QModelIndex& parent) const {
  const Item* item = itemOf(parent);
  if (row < 0 || column < 0 || column >= kColumns || static_cast<std::size_t>(row) >= item->children.size()) return {};
  if (parent.isValid() && parent.column() != 0) return {};
  return createIndex(row, column, item->children[static_cast<std::size_t>(row)].get());
}

QModelIndex ZoneTree::parent(const QModelIndex& child) const {
  const Item* item = itemOf(child);
  if (!child.isValid() || item->parent == nullptr) return {};
  const Item* above = item->parent->parent == nullptr ? root_.get() : item->parent->parent;
  for (std::size_t row = 0; row < above->children.size(); ++row) {
    if (above->children[row].get() == item->parent) return createIndex(static_cast<int>(row), 0, item->parent);
  }
  return {};
}

int ZoneTree::rowCount(const QModelIndex& parent) const {
  return parent.isValid() && parent.column() != 0 ? 0 : static_cast<int>(itemOf(parent)->children.size());
}

int ZoneTree::columnCount(const QModelIndex&) const { return kColumns; }

QVariant ZoneTree::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Item& item = *itemOf(index);
  switch (role) {
    case Qt::DisplayRole:
      return index.column() == Name ? item.name : item.detail;
    case RefRole:
      return QVariant::fromValue(item.ref);
    case MarkRole:
      return static_cast<int>(item.mark);
    case Qt::AccessibleTextRole: {
      if (index.column() == Detail) return item.detail;
      static const std::array kMarks{"", QT_TR_NOOP("added in the draft"), QT_TR_NOOP("removed in the draft"), QT_TR_NOOP("changed in the draft")};
      const QString kind = item.ref ? kindWord(item.ref.kind, false, sanWords_) : QString();
      const QString mark = item.mark == DraftMark::None ? QString() : QStringLiteral(", ") + tr(kMarks[static_cast<std::size_t>(item.mark)]);
      return QString(kind + QLatin1Char(' ') + item.name + mark);
    }
    default:
      return {};
  }
}

QVariant ZoneTree::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  return section == Name ? (sanWords_ ? tr("Zone") : tr("Domain")) : tr("Initiators : targets");
}

Qt::ItemFlags ZoneTree::flags(const QModelIndex& index) const {
  Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
  if (!index.isValid()) return Qt::ItemIsDropEnabled;
  const ObjectRef ref = refOf(index);
  if (ref && ref.kind != Kind::DomainSet) flags |= Qt::ItemIsDragEnabled;
  if (ref.kind == Kind::DomainSet || ref.kind == Kind::Domain) flags |= Qt::ItemIsDropEnabled;
  return flags;
}

QStringList ZoneTree::mimeTypes() const { return {QString::fromLatin1(kRefsMime)}; }

QMimeData* ZoneTree::mimeData(const QModelIndexList& indexes) const {
  std::vector<ObjectRef> refs;
  for (const QModelIndex& index : indexes) {
    if (index.column() == 0) refs.push_back(refOf(index));
  }
  auto* data = new QMimeData;
  data->setData(QString::fromLatin1(kRefsMime), refsToMime(refs));
  return data;
}

bool ZoneTree::canDropMimeData(const QMimeData* data, Qt::DropAction, int, int, const QModelIndex& parent) const {
  if (!data->hasFormat(QString::fromLatin1(kRefsMime))) return false;
  const ObjectRef onto = refOf(parent);
  const auto refs = refsFromMime(data->data(QString::fromLatin1(kRefsMime)));
  return !refs.empty() && std::ranges::all_of(refs, [&](ObjectRef ref) {
    if (onto.kind == Kind::Domain) return ref.kind == Kind::Node || ref.kind == Kind::Portal || ref.kind == Kind::Host;
    return onto.kind == Kind::DomainSet && ref.kind == Kind::Domain;
  });
}

// Nothing moves here: what is dropped becomes a deed on the draft, which comes back as another tree.
bool ZoneTree::dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column, const QModelIndex& parent) {
  if (!canDropMimeData(data, action, row, column, parent)) return false;
  emit dropped(refsFromMime(data->data(QString::fromLatin1(kRefsMime))), refOf(parent));
  return false;
}

}  // namespace console

