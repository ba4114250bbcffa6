// Notices: what the console has to say in its pages: a sentence, what it means, and what can be done about it.
//
// They stand in a strip above the page until somebody closes them, or the reason is gone (withdraw). A window may go
// before them, as when the language changes: what a button does names whom it does it on. The UI thread.
// Bound: kMost; the oldest information goes first, a fault stays.
#pragma once

#include <QObject>
#include <QPointer>
#include <QString>
#include <functional>
#include <vector>

#include "console-gui/client/source.h"

namespace console {

struct Notice {
  enum class Level : std::uint8_t { Information, Success, Warning, Fault };
  Level level = Level::Information;
  QString key;     // a new one with the same key takes its place; empty: none
  QString title;   // what happened
  QString detail;  // what it means, what to do
  QString action;  // what its button says; empty: none
  std::function<void()> act = {};
  QPointer<QObject> receiver = {};  // on which it acts: the button goes with it
};

class Notices : public QObject {
  Q_OBJECT

 public:
  static constexpr std::size_t kMost = 5;
  using QObject::QObject;

  [[nodiscard]] const std::vector<Notice>& all() const { return all_; }
  void tell(Notice notice);
  // What went wrong with a question to the source, in the API's words. `doing`: "The draft was not submitted".
  void tell(const QString& doing, const Problem& problem);
  // The same of a deed: `failed` where it was not done; `unknown` where it may have been all the same
  // (mayHaveBeenDone), with `hint`, or that its state is to be looked at.
  void tellDeed(const QString& failed, const QString& unknown, const Problem& problem, const QString& hint = {});
  // The same where it is known to be unknown, whatever the problem is: it is of a look at how it stands.
  void tellUnknown(const QString& key, const QString& unknown, const Problem& problem, const QString& hint);
  void withdraw(const QString& key);
  void close(std::size_t which);

 signals:
  void changed();

 private:
  std::vector<Notice> all_;
};

}  // namespace console
