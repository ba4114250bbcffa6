#include "console-gui/model/known_names.h"

#include <algorithm>

#include "console-gui/model/view.h"

namespace console {

void KnownNames::add(const san::Snapshot& snapshot, san::ObjectRef ref) {
  const std::string name = san::nameOf(snapshot, ref);
  const std::string called = titleOf(snapshot, ref);
  if (!name.empty()) add(QString::fromStdString(name), ref);
  if (called != name) add(QString::fromStdString(called), ref);
}

void KnownNames::sort() {
  std::ranges::sort(names_, [](const auto& a, const auto& b) {
    const int order = a.first.compare(b.first, Qt::CaseInsensitive);
    return order != 0 ? order < 0 : a.second < b.second;
  });
}

QStringList KnownNames::texts() const {
  QStringList all;
  all.reserve(static_cast<qsizetype>(names_.size()));
  for (const auto& [name, ref] : names_) all << name;
  return all;
}

san::ObjectRef KnownNames::find(const QString& name) const {
  const auto before = [](const QString& a, const QString& b) { return a.compare(b, Qt::CaseInsensitive) < 0; };
  const auto at = std::ranges::lower_bound(names_, name, before, &std::pair<QString, san::ObjectRef>::first);
  return at != names_.end() && at->first.compare(name, Qt::CaseInsensitive) == 0 ? at->second : san::ObjectRef{};
}

std::vector<san::ObjectRef> KnownNames::refsIn(const QString& text, QStringList& unknown) const {
  std::vector<san::ObjectRef> refs;
  for (const QString& part : text.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
    const QString name = part.trimmed();
    if (name.isEmpty()) continue;
    if (const san::ObjectRef ref = find(name)) {
      if (std::ranges::find(refs, ref) == refs.end()) refs.push_back(ref);
    } else {
      unknown << name;
    }
  }
  return refs;
}

}  // namespace console
