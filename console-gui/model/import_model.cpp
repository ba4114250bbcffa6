#include "console-gui/model/import_model.h"

#include <QFile>
#include <QFileInfo>
#include <algorithm>

#include "console-gui/client/wipe_bytes.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/model/level.h"
#include "console-gui/model/sentences.h"
#include "shared/base/secret_json.h"

namespace console {
namespace {

QString toText(const std::string& text) { return QString::fromStdString(text); }

// What was read, with its text where the kind of its rows can be chosen: other files may hold secrets.
auto readText(std::shared_ptr<std::string> text, const QString& name, std::optional<san::Kind> kind) {
  ImportFile file = readImport(*text, name, kind);
  std::shared_ptr<const std::string> kept;
  if (file.choosesKind) {
    kept = std::move(text);
  } else {
    base::wipeText(*text);
  }
  return std::pair(std::move(file), std::move(kept));
}

auto readFile(const QString& path) {
  const QString name = QFileInfo(path).fileName();
  ImportFile none;
  none.name = name;
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) {
    none.fault = ImportModel::tr("The file cannot be read: %1.").arg(file.errorString());
  } else if (file.size() > kMostImportBytes) {
    none.fault = ImportModel::tr("The file is larger than %1 MiB. Import it in parts.").arg(kMostImportBytes >> 20);
  } else {
    const QByteArray bytes = file.read(kMostImportBytes + 1);
    if (bytes.size() <= kMostImportBytes) {
      auto text = std::make_shared<std::string>(bytes.constData(), static_cast<std::size_t>(bytes.size()));
      wipeBytes(bytes);
      return readText(std::move(text), name, {});
    }
    none.fault = ImportModel::tr("The file is larger than %1 MiB. Import it in parts.").arg(kMostImportBytes >> 20);
  }
  return std::pair(std::move(none), std::shared_ptr<const std::string>());
}

}  // namespace

void ImportModel::open(const QString& path) {
  read([path] { return readFile(path); });
}

void ImportModel::openText(const std::string& text, const QString& name) {
  read([copy = std::make_shared<std::string>(text), name] { return readText(copy, name, {}); });
}

void ImportModel::setKind(san::Kind kind) {
  if (!text_ || current().kind == kind) return;
  read([text = text_, name = file_.name, kind] { return Read{readImport(*text, name, kind), text}; });
}

void ImportModel::read(std::function<Read()> work) {
  judging_.cancel();
  reading_.run(std::move(work), [this](Read read) { show(std::move(read)); });
  emit judged();
}

void ImportModel::show(Read read) {
  beginResetModel();
  file_ = std::move(read.first);
  text_ = std::move(read.second);
  verdict_ = {};
  isJudged_ = false;
  sheet_ = 0;
  useColumns();
  endResetModel();
  emit fileChanged();
  judge();
}

void ImportModel::setSan(const san::Snapshot& san, san::Id firstNew) {
  san_ = san;
  firstNew_ = firstNew;
  judge();
}

void ImportModel::followSan(const san::Snapshot& san) {
  san_ = san;
  work();
}

void ImportModel::judge() {
  isFresh_ = false;
  judging_.cancel();
  work();
}

// Rows are shared with what is judged: an edit makes a new one.
void ImportModel::work() {
  if (isOpen()) {
    judging_.follow([file = file_, san = san_, firstNew = firstNew_] { return judgeImport(file, san, firstNew); },
                    [this](ImportVerdict verdict) {
                      // What is told anew is read anew, also by an editor that is open.
                      const bool same = isJudged_ && verdict.sheets == verdict_.sheets;
                      verdict_ = std::move(verdict);
                      isJudged_ = isFresh_ = true;
                      if (!same && rowCount() > 0)
                        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
                      emit judged();
                    });
  }
  emit judged();
}

void ImportModel::useColumns() {
  used_.clear();
  if (!isOpen()) return;
  for (std::size_t i = 0; i < current().columns.size(); ++i) {
    if (current().columns[i].use == ImportColumn::Use::Field) used_.push_back(static_cast<int>(i));
  }
}

void ImportModel::useColumn(int column, const std::string& field) {
  beginResetModel();
  ImportColumn& one = file_.sheets[static_cast<std::size_t>(sheet_)].columns[static_cast<std::size_t>(column)];
  one.field = field;
  one.use = field.empty() ? ImportColumn::Use::LeftOut : ImportColumn::Use::Field;
  useColumns();
  endResetModel();
  emit fileChanged();
  judge();
}

void ImportModel::setSheet(int sheet) {
  if (sheet == sheet_ || sheet < 0 || static_cast<std::size_t>(sheet) >= file_.sheets.size()) return;
  beginResetModel();
  sheet_ = sheet;
  useColumns();
  endResetModel();
  emit fileChanged();
}

QString ImportModel::sheetTitle(int sheet, bool sanWords) const {
  const auto at = static_cast<std::size_t>(sheet);
  const ImportSheet& one = file_.sheets[at];
  QString title = one.kind == san::Kind::None ? tr("Not taken over") : asTitle(kindWord(one.kind, true, sanWords));
  std::size_t wrong = 0;
  if (at < verdict_.sheets.size()) {
    for (const RowVerdict& row : verdict_.sheets[at]) wrong += row.state == RowState::Wrong;
  }
  title += QStringLiteral(" %1").arg(one.rows.size());
  return wrong == 0 ? title : tr("%1, %2 wrong").arg(title).arg(wrong);
}

template <class Change>
void ImportModel::changeRows(Change&& change) {
  for (std::size_t s = 0; s < file_.sheets.size(); ++s) {
    auto& rows = file_.sheets[s].rows;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const bool ticked = change(*rows[r], s, r);
      if (ticked == rows[r]->ticked) continue;
      auto other = std::make_shared<ImportRow>(*rows[r]);
      other->ticked = ticked;
      rows[r] = std::move(other);
    }
  }
  if (rowCount() > 0) emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
  judge();
}

void ImportModel::leaveOutWrong() {
  if (!isFresh_ || reading_.isBusy()) return;
  changeRows([this](const ImportRow& row, std::size_t s, std::size_t r) {
    return row.ticked && verdict_.sheets[s][r].state != RowState::Wrong;
  });
}

QString ImportModel::whyNot() const {
  if (reading_.isBusy()) return tr("The file is being read.");
  if (!file_.fault.isEmpty()) return file_.fault;
  if (!isOpen()) return tr("No file has been chosen.");
  for (const ImportSheet& sheet : file_.sheets) {
    for (const ImportColumn& column : sheet.columns) {
      if (column.use == ImportColumn::Use::Undecided)
        return tr("Say what the column %1 is, or leave it out.").arg(toText(column.header));
    }
  }
  if (!isFresh_) return tr("The rows are being checked.");
  if (const auto wrong = static_cast<int>(verdict_.count(RowState::Wrong)); wrong > 0) {
    return tr("%n row(s) are wrong: mend them, or leave them out by their tick.", nullptr, wrong);
  }
  if (!verdict_.fault.empty()) return sentence(verdict_.fault);
  if (verdict_.edits.empty()) {
    return verdict_.count(RowState::Same) > 0
               ? tr("Everything that is ticked is so already: there is nothing to change.")
               : tr("No row is ticked.");
  }
  return {};
}

int ImportModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || !isOpen() ? 0 : static_cast<int>(current().rows.size());
}

int ImportModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() || !isOpen() ? 0 : kFixed + static_cast<int>(used_.size());
}

const RowVerdict* ImportModel::verdictOf(int at) const {
  if (!isJudged_ || static_cast<std::size_t>(sheet_) >= verdict_.sheets.size()) return nullptr;
  const auto& rows = verdict_.sheets[static_cast<std::size_t>(sheet_)];
  return static_cast<std::size_t>(at) < rows.size() ? &rows[static_cast<std::size_t>(at)] : nullptr;
}

// Of a cell, or where `column` is -1 of all of the row.
QString ImportModel::reasons(const RowVerdict& verdict, int column) const {
  QStringList all;
  for (const CellFault& fault : verdict.faults) {
    if (column < 0 || fault.column == column) all << sentence(fault.text);
  }
  return all.join(QLatin1Char(' '));
}

QString ImportModel::does(int at) const {
  if (!row(at).ticked) return tr("Left out");
  const RowVerdict* verdict = verdictOf(at);
  if (verdict == nullptr) return tr("Being checked");
  switch (verdict->state) {
    case RowState::Wrong:
      return reasons(*verdict, -1);
    case RowState::New:
      return tr("New");
    case RowState::Changed:
      return tr("Changes %n field(s)", nullptr, static_cast<int>(verdict->changes));
    case RowState::LeftOut:
      return tr("Being checked");
    default:
      return tr("So already");
  }
}

QVariant ImportModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const ImportRow& one = row(index.row());
  const RowVerdict* verdict = one.ticked ? verdictOf(index.row()) : nullptr;
  const bool rowWrong = verdict != nullptr && verdict->state == RowState::Wrong;
  if (index.column() < kFixed) {
    const bool take = index.column() == Take;
    switch (role) {
      case Qt::DisplayRole:
        return take ? toText(one.origin) : does(index.row());
      case Qt::CheckStateRole:
        return take ? QVariant(one.ticked ? Qt::Checked : Qt::Unchecked) : QVariant();
      case Qt::AccessibleTextRole:
        return take ? tr("%1: %2").arg(toText(one.origin), one.ticked ? tr("is taken") : tr("is left out"))
                    : does(index.row());
      case Qt::ToolTipRole:
      case kReasonRole:
        return rowWrong ? reasons(*verdict, -1) : QString();
      case kWrongRole:
        return !take && rowWrong;
      case kLevelRole: {
        if (take || verdict == nullptr) return static_cast<int>(Level::None);
        const Level level = rowWrong                              ? Level::Bad
                            : verdict->state == RowState::New     ? Level::Good
                            : verdict->state == RowState::Changed ? Level::Waiting
                                                                  : Level::None;
        return static_cast<int>(level);
      }
      default:
        return {};
    }
  }
  const int column = used_[static_cast<std::size_t>(index.column() - kFixed)];
  const QString text = toText(one.cells[static_cast<std::size_t>(column)].text);
  const QString why = rowWrong ? reasons(*verdict, column) : QString();
  switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
      return text;
    case Qt::AccessibleTextRole:
      return why.isEmpty() ? text : tr("%1, wrong: %2").arg(text.isEmpty() ? tr("empty") : text, why);
    case Qt::ToolTipRole:
      return why.isEmpty() ? text : why;
    case kReasonRole:
      return why;
    case kWrongRole:
      return !why.isEmpty();
    default:
      return {};
  }
}

QVariant ImportModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole || !isOpen() || section >= columnCount()) return {};
  if (section == Take) return tr("Take");
  if (section == Does) return current().kind == san::Kind::None ? tr("Why it is not taken over") : tr("What it does");
  const ImportColumn& column =
      current().columns[static_cast<std::size_t>(used_[static_cast<std::size_t>(section - kFixed)])];
  return column.known ? toText(column.field) : tr("%1 (%2)").arg(toText(column.field), toText(column.header));
}

Qt::ItemFlags ImportModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
  if (index.column() == Take) flags |= Qt::ItemIsUserCheckable;
  if (index.column() >= kFixed && row(index.row()).fault.empty()) flags |= Qt::ItemIsEditable;
  return flags;
}

bool ImportModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  if (!index.isValid()) return false;
  auto other = std::make_shared<ImportRow>(row(index.row()));
  if (index.column() == Take && role == Qt::CheckStateRole) {
    other->ticked = value.toInt() == Qt::Checked;
  } else if (index.column() >= kFixed && role == Qt::EditRole && flags(index).testFlag(Qt::ItemIsEditable)) {
    ImportCell& cell = other->cells[static_cast<std::size_t>(used_[static_cast<std::size_t>(index.column() - kFixed)])];
    const std::string text = value.toString().toStdString();
    if (text == cell.text) return true;
    cell = {text, std::nullopt};
  } else {
    return false;
  }
  file_.sheets[static_cast<std::size_t>(sheet_)].rows[static_cast<std::size_t>(index.row())] = std::move(other);
  emit dataChanged(this->index(index.row(), 0), this->index(index.row(), columnCount() - 1));
  judge();
  return true;
}

}  // namespace console
