#include "console-gui/client/source.h"

#include <QPointer>
#include <algorithm>

namespace console {

bool Principal::may(std::string_view right) const { return std::ranges::find(rights, right) != rights.end(); }

namespace {

// `done` as long as the asker is there.
template <class Result>
auto whileThere(const QObject* asker, std::function<void(Result)> done) {
  return [asker = QPointer<const QObject>(asker), done = std::move(done)](Result result) {
    if (asker) done(result);
  };
}

}  // namespace

void Source::ask(const Ask& question, const QObject* asker, Answered done) {
  ask(question, whileThere(asker, std::move(done)));
}

void Source::download(const Ask& question, const QObject* asker, Downloaded done) {
  download(question, whileThere(asker, std::move(done)));
}

void Source::past(san::Revision revision, const QObject* asker, PastTaken done) {
  past(revision, whileThere(asker, std::move(done)));
}

}  // namespace console
