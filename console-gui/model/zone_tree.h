// ZoneTree: zone sets, their zones, their members, as the draft makes them: what it adds and takes away is marked.
//
// A tree of three levels for views: sets (and "in no set"), domains, members. setSans() compares with what is there and
// lets rows come, go and move one by one, so that selection and open branches stay, also of what is called otherwise.
// Dragging gives references (kRefsMime); dropping nodes or portals on a domain, or domains on a set, emits dropped().
// The UI thread. Errors: none.
#pragma once

#include <QAbstractItemModel>
#include <memory>
#include <vector>

#include "shared/san/snapshot.h"

namespace console {

inline constexpr const char* kRefsMime = "application/x-sanctum-objects";  // "kind:number" texts, one a line
QByteArray refsToMime(const std::vector<san::ObjectRef>& refs);
std::vector<san::ObjectRef> refsFromMime(const QByteArray& bytes);  // what is none is left out

enum class DraftMark : std::uint8_t { None, Added, Removed, Changed };

class ZoneTree : public QAbstractItemModel {
  Q_OBJECT

 public:
  enum Role { RefRole = Qt::UserRole, MarkRole };
  enum Column { Name, Detail, kColumns };

  explicit ZoneTree(QObject* parent = nullptr);
  ~ZoneTree() override;

  // `before`: without the draft; `after`: with it. `sanWords`: zone instead of discovery domain.
  void setSans(const san::Snapshot& before, const san::Snapshot& after, bool sanWords);

  [[nodiscard]] san::ObjectRef refOf(const QModelIndex& index) const;
  // The domain of a member, the set of a domain.
  [[nodiscard]] san::ObjectRef parentRefOf(const QModelIndex& index) const;
  // The first row with that object; invalid: there is none.
  [[nodiscard]] QModelIndex indexOf(san::ObjectRef ref) const;

  [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
  [[nodiscard]] QStringList mimeTypes() const override;
  [[nodiscard]] QMimeData* mimeData(const QModelIndexList& indexes) const override;
  [[nodiscard]] Qt::DropActions supportedDropActions() const override { return Qt::CopyAction | Qt::MoveAction; }
  [[nodiscard]] bool canDropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column, const QModelIndex& parent) const override;
  bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column, const QModelIndex& parent) override;

  struct Item;

 signals:
  void dropped(const std::vector<san::ObjectRef>& objects, san::ObjectRef onto);

 private:
  void moveRenamed(Item& into, const std::vector<std::unique_ptr<Item>>& wanted, const QModelIndex& at);
  void merge(Item& into, std::vector<std::unique_ptr<Item>> wanted, const QModelIndex& at);
  [[nodiscard]] const Item* itemOf(const QModelIndex& index) const;

  std::unique_ptr<Item> root_;
  bool sanWords_ = false;
};

}  // namespace console
