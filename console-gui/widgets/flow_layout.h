// FlowLayout: parts in a row, that go on in the next where the width ends: bars of a page fit into any window and any
// language. What comes after addStretch() stands at the right end of its row.
//
// Owns its items, as every QLayout. The UI thread.
#pragma once

#include <QLayout>
#include <memory>
#include <vector>

namespace console {

class FlowLayout : public QLayout {
  Q_OBJECT

 public:
  explicit FlowLayout(QWidget* parent = nullptr);
  ~FlowLayout() override;

  void addStretch() { stretches_.push_back(items_.size()); }

  void addItem(QLayoutItem* item) override { items_.push_back(item); }
  [[nodiscard]] int count() const override { return static_cast<int>(items_.size()); }
  [[nodiscard]] QLayoutItem* itemAt(int index) const override;
  QLayoutItem* takeAt(int index) override;
  [[nodiscard]] Qt::Orientations expandingDirections() const override { return Qt::Horizontal; }
  [[nodiscard]] bool hasHeightForWidth() const override { return true; }
  [[nodiscard]] int heightForWidth(int width) const override { return place({0, 0, width, 0}, false); }
  [[nodiscard]] QSize minimumSize() const override;
  [[nodiscard]] QSize sizeHint() const override;
  void setGeometry(const QRect& area) override;

 private:
  // The height that it takes; moves its items where `move`.
  int place(const QRect& area, bool move) const;

  std::vector<QLayoutItem*> items_;
  std::vector<std::size_t> stretches_;  // before which items
};

}  // namespace console
