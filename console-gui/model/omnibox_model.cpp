#include "console-gui/model/omnibox_model.h"

#include <QLocale>
#include <QRegularExpression>
#include <algorithm>

#include "console-gui/model/kind_words.h"
#include "shared/san/filter_attributes.h"

namespace console {
namespace {

QString number(std::size_t value) { return QLocale().toString(static_cast<qulonglong>(value)); }

// Whether it begins like a condition: a field that there is, then an operator. "10.0.0.1:3260" and "iqn.x:y" are none.
bool looksLikeFilter(const QString& text) {
  for (const QString& word : text.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
    const qsizetype at = word.indexOf(QRegularExpression(QStringLiteral("[:=~<>!]")));
    if (at <= 0) continue;
    QString field = word.left(at);
    while (field.startsWith(QLatin1Char('-')) || field.startsWith(QLatin1Char('('))) field.remove(0, 1);
    const std::string name = field.toStdString();
    if (san::findAttribute(name)) return true;
  }
  return false;
}

// Each word somewhere in it; better where it begins with the text. -1: not at all.
int matchOf(const QString& text, const QString& typed) {
  if (text.startsWith(typed, Qt::CaseInsensitive)) return 2;
  const QStringList words = typed.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  const bool all =
      std::ranges::all_of(words, [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
  return all ? 1 : -1;
}

}  // namespace

OmniboxModel::OmniboxModel(QObject* parent) : QAbstractListModel(parent) {
  kindWords_ = [](san::Kind kind, bool plural) { return kindWord(kind, plural, false); };
  build();
}

void OmniboxModel::setView(const ViewPtr& view) {
  view_ = view;
  if (isFilter_) filter_.setView(view);
  build();
}
void OmniboxModel::setKindWords(std::function<QString(san::Kind, bool)> words) {
  kindWords_ = std::move(words);
  build();
}
void OmniboxModel::setCommands(std::vector<OmniboxCommand> commands) {
  commands_ = std::move(commands);
  build();
}

void OmniboxModel::setText(const QString& text) {
  if (text == text_) return;
  text_ = text;
  isFilter_ = looksLikeFilter(text);
  if (isFilter_) {
    filter_.setView(view_);
    filter_.setText(text);
  }
  build();
}

QString OmniboxModel::message() const {
  if (!isFilter_) return {};
  if (filter_.state() == ObjectFilter::State::Wrong || !filter_.message().isEmpty()) return filter_.message();
  return filter_.state() == ObjectFilter::State::Holds
             ? tr("%n object(s) meet it", nullptr, static_cast<int>(filter_.count()))
             : QString();
}

void OmniboxModel::build() {
  beginResetModel();
  rows_.clear();
  if (text_.trimmed().isEmpty()) {
    addRecent();
    addCommands();
  } else if (isFilter_) {
    addFilter();
  } else {
    addObjects();
    addCommands();
  }
  endResetModel();
}

void OmniboxModel::addHead(const QString& text, const QString& detail) {
  rows_.push_back({true, text, detail, {}, {}});
}

void OmniboxModel::addObject(san::ObjectRef object) {
  const san::Snapshot& snapshot = view_->snapshot();
  Row row;
  row.text = titled(snapshot, object);
  row.detail = kindWords_(object.kind, false);
  const QString name = QString::fromStdString(san::nameOf(snapshot, object));
  if (name != row.text) row.help = name;
  row.choice = {Choice::Type::Object, object, 0};
  rows_.push_back(std::move(row));
}

void OmniboxModel::addCommand(std::size_t which) {
  const OmniboxCommand& command = commands_[which];
  rows_.push_back({false, command.text, command.shortcut, command.help, {Choice::Type::Command, {}, which}});
}

void OmniboxModel::addRecent() {
  bool head = false;
  for (const Recent& one : recent_) {
    const auto command = std::ranges::find(commands_, one.command, &OmniboxCommand::id);
    const bool isObject = one.object && view_ && view_->snapshot().get(one.object) != nullptr;
    if (!isObject && (one.command.isEmpty() || command == commands_.end())) continue;
    if (!std::exchange(head, true)) addHead(tr("Recent"));
    isObject ? addObject(one.object) : addCommand(static_cast<std::size_t>(command - commands_.begin()));
  }
}

void OmniboxModel::addFilter() {
  if (filter_.state() != ObjectFilter::State::Holds) return;
  addHead(tr("Filter"));
  rows_.push_back({false,
                   tr("Show only these on every page"),
                   tr("%n object(s)", nullptr, static_cast<int>(filter_.count())),
                   text_.trimmed(),
                   {Choice::Type::Filter, {}, 0}});
  if (!view_ || filter_.count() == 0) return;
  addHead(tr("Objects that meet it"), filter_.count() > kMostObjects
                                          ? tr("the first %1 of %2").arg(number(kMostObjects), number(filter_.count()))
                                          : QString());
  for (std::size_t i = 0; i < std::min(kMostObjects, filter_.count()); ++i) addObject(filter_.matched()[i]);
}

void OmniboxModel::addObjects() {
  if (!view_) return;
  const san::SearchResult found = view_->search->find(text_.toStdString(), kMostObjects);
  if (found.hits.empty()) return;
  // Kinds in the order of their best hits; within a kind the order of the search.
  std::vector<san::Kind> kinds;
  for (const san::SearchHit& hit : found.hits) {
    if (std::ranges::find(kinds, hit.object.kind) == kinds.end()) kinds.push_back(hit.object.kind);
  }
  for (const san::Kind kind : kinds) {
    const std::size_t shown =
        static_cast<std::size_t>(std::ranges::count(found.hits, kind, [](const auto& hit) { return hit.object.kind; }));
    const std::size_t all = found.byKind[static_cast<std::size_t>(kind)];
    addHead(kindWords_(kind, true), shown < all ? tr("%1 of %2").arg(number(shown), number(all)) : QString());
    for (const san::SearchHit& hit : found.hits) {
      if (hit.object.kind == kind) addObject(hit.object);
    }
  }
}

void OmniboxModel::addCommands() {
  const QString typed = text_.trimmed();
  std::vector<std::pair<int, std::size_t>> found;  // worst first by the negative match
  for (std::size_t i = 0; i < commands_.size(); ++i) {
    int match = typed.isEmpty() ? 1 : matchOf(commands_[i].text, typed);
    if (match < 0 && matchOf(commands_[i].help, typed) >= 0) match = 0;
    if (match >= 0) found.emplace_back(-match, i);
  }
  std::ranges::stable_sort(found, {}, [](const auto& one) { return one.first; });
  if (found.size() > kMostCommands) found.resize(kMostCommands);
  if (found.empty()) return;
  addHead(tr("Commands"));
  for (const auto& [match, which] : found) addCommand(which);
}

OmniboxModel::Choice OmniboxModel::choiceAt(int row) const {
  return row >= 0 && row < rowCount() ? rows_[static_cast<std::size_t>(row)].choice : Choice{};
}

int OmniboxModel::rowOf(const Choice& choice) const {
  const auto at = std::ranges::find_if(rows_, [&](const Row& row) { return !row.head && row.choice == choice; });
  return at == rows_.end() ? -1 : static_cast<int>(at - rows_.begin());
}

int OmniboxModel::selectable(int row, int step) const {
  for (; row >= 0 && row < rowCount(); row += step) {
    if (!rows_[static_cast<std::size_t>(row)].head) return row;
  }
  return -1;
}

void OmniboxModel::remember(const Choice& choice) {
  Recent one;
  if (choice.type == Choice::Type::Object) one.object = choice.object;
  if (choice.type == Choice::Type::Command) one.command = commands_[choice.command].id;
  if (one == Recent{}) return;
  std::erase(recent_, one);
  recent_.insert(recent_.begin(), std::move(one));
  if (recent_.size() > kMostRecent) recent_.resize(kMostRecent);
  if (text_.trimmed().isEmpty()) build();
}

int OmniboxModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant OmniboxModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return row.text;
    case Qt::ToolTipRole:
    case HelpRole:
      return row.help;
    case Qt::AccessibleTextRole:
      return row.detail.isEmpty() ? row.text : row.text + QStringLiteral(", ") + row.detail;
    case HeadRole:
      return row.head;
    case DetailRole:
      return row.detail;
    default:
      return {};
  }
}

Qt::ItemFlags OmniboxModel::flags(const QModelIndex& index) const {
  if (!index.isValid() || index.row() >= rowCount()) return Qt::NoItemFlags;
  return rows_[static_cast<std::size_t>(index.row())].head
             ? Qt::ItemIsEnabled
             : Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

}  // namespace console
