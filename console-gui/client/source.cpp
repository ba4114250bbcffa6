#include "console-gui/client/source.h"

#include <QPointer>

#include <algorithm>

namespace console {

bool Principal::may(std::string_view right) const { return std::ranges::find(rights, right) != rights.end(); }

void Source::ask(const Ask& question, const QObject* asker, Answered done) {
  ask(question, [asker = QPointer<const QObject>(asker), done = std::move(done)](const Answer& answer) {
    if (asker) done(answer);
  });
}

void Source::download(const Ask& question, const QObject* asker, Downloaded done) {
  download(question, [asker = QPointer<const QObject>(asker), done = std::move(done)](const Download& download) {
    if (asker) done(download);
  });
}

}  // namespace console
