// NoticeStrip: the notices (model/notices.h) above a page, each with its button and a way to close it.
//
// A screen reader hears the title and the detail as the strip's name. The UI thread.
#pragma once

#include <QWidget>

#include "console-gui/model/notices.h"

class QVBoxLayout;

namespace console {

class NoticeStrip : public QWidget {
  Q_OBJECT

 public:
  explicit NoticeStrip(Notices& notices, QWidget* parent = nullptr);

 private:
  void rebuild();
  QWidget* strip(const Notice& notice, std::size_t which);

  Notices& notices_;
  QVBoxLayout* rows_;
};

}  // namespace console
