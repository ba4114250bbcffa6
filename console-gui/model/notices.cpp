#include "console-gui/model/notices.h"

#include <algorithm>

#include "console-gui/client/problem_reader.h"
#include "console-gui/model/sentences.h"

namespace console {

void Notices::tell(Notice notice) {
  if (!notice.key.isEmpty()) std::erase_if(all_, [&](const Notice& one) { return one.key == notice.key; });
  all_.push_back(std::move(notice));
  if (all_.size() > kMost) {
    const auto mild = std::ranges::find_if(all_, [](const Notice& one) { return one.level != Notice::Level::Fault; });
    all_.erase(mild == all_.end() ? all_.begin() : mild);
  }
  emit changed();
}

void Notices::tell(const QString& doing, const Problem& problem) {
  tell({Notice::Level::Fault, doing, doing, sentence(problem), {}, {}});
}

void Notices::tellDeed(const QString& failed, const QString& unknown, const Problem& problem, const QString& hint) {
  if (!mayHaveBeenDone(problem)) return tell(failed, problem);
  tellUnknown(failed, unknown, problem, hint);
}

void Notices::tellUnknown(const QString& key, const QString& unknown, const Problem& problem, const QString& hint) {
  Problem lost = problem;
  lost.hint.clear();  // it is about what is read, which is asked for again
  tell({Notice::Level::Fault,
        key,
        unknown,
        sentence(lost) + QLatin1Char(' ') +
            (hint.isEmpty() ? tr("It may have been done all the same: look at its state before you do it again. The "
                                 "console does not do it again by itself.")
                            : hint),
        {},
        {}});
}

void Notices::withdraw(const QString& key) {
  if (std::erase_if(all_, [&](const Notice& one) { return one.key == key; }) != 0) emit changed();
}

void Notices::close(std::size_t which) {
  if (which >= all_.size()) return;
  all_.erase(all_.begin() + static_cast<std::ptrdiff_t>(which));
  emit changed();
}

}  // namespace console
