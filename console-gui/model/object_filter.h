// ObjectFilter: one filter for all pages, in the language of shared/san/filter.h.
//
// The text as somebody types it, how it stands (empty, holds, cannot be read), and of a View the objects that meet it.
// The UI thread; matching is linear in the objects and is done once a View. Errors are values: the parser's sentence.
#pragma once

#include <QObject>
#include <QString>
#include <memory>

#include "console-gui/model/view.h"
#include "shared/san/filter_match.h"

namespace console {

class ObjectFilter : public QObject {
  Q_OBJECT

 public:
  enum class State : std::uint8_t { Empty, Holds, Wrong };
  using QObject::QObject;

  void setView(const ViewPtr& view);
  void setText(const QString& text);

  [[nodiscard]] const QString& text() const { return text_; }
  [[nodiscard]] State state() const { return state_; }
  // Of Wrong, what is wrong and what was probably meant; of Holds, what may be a slip.
  [[nodiscard]] const QString& message() const { return message_; }
  // How many objects meet it.
  [[nodiscard]] std::size_t count() const { return matched_.size(); }
  // Whether a page shows it. An empty or a wrong filter shows everything. Of an object that the filter does not speak of
  // (its kind cannot meet it) it is shown where it is joined with one that is: pages know that.
  [[nodiscard]] bool meets(san::ObjectRef ref) const;
  [[nodiscard]] bool isActive() const { return state_ == State::Holds; }
  [[nodiscard]] const std::vector<san::ObjectRef>& matched() const { return matched_; }  // ascending

 signals:
  void changed();

 private:
  void match();

  QString text_, message_;
  State state_ = State::Empty;
  san::Filter filter_;
  ViewPtr view_;
  std::vector<san::ObjectRef> matched_;
};

}  // namespace console
