#include "console-gui/pages/import_window.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "console-gui/model/kind_words.h"
#include "console-gui/widgets/flow_layout.h"
#include "console-gui/widgets/level_delegate.h"
#include "console-gui/widgets/page_parts.h"
#include "console-gui/widgets/put_bar.h"

namespace console {
namespace {

// The mark of a row, and the ground of cells that are wrong: a style sheet leaves no ground to a model.
class CellDelegate : public LevelDelegate {
 public:
  using LevelDelegate::LevelDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const bool chosen = option.state.testFlag(QStyle::State_Selected);
    if (isWrong(index) && !chosen) painter->fillRect(option.rect, theme()[Token::BadSoft]);
    LevelDelegate::paint(painter, option, index);
    if (isWrong(index))
      painter->fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())), theme()[Token::Bad]);
  }

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    LevelDelegate::initStyleOption(option, index);
    if (isWrong(index)) option->palette.setColor(QPalette::Text, theme()[Token::Bad]);
  }

 private:
  static bool isWrong(const QModelIndex& index) {
    return index.column() >= ImportModel::kFixed && index.data(ImportModel::kWrongRole).toBool();
  }
};

QLabel* wrapped(QLabel* label) {
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  return label;
}

}  // namespace

ImportWindow::ImportWindow(Workspace& workspace, QWidget* parent) : QDialog(parent), workspace_(workspace) {
  rows_.setSourceModel(&model_);
  auto* column = windowColumn(this, tr("Import"), {1120, 720});
  auto* top = new QWidget(this);
  makeTop(top);
  column->addWidget(top);
  body_ = new QStackedWidget(this);
  body_->addWidget(makeEmpty());
  body_->addWidget(makeGrid());
  column->addWidget(body_, 1);
  end_ = new PutBar(this);
  connect(end_, &PutBar::put, this, &ImportWindow::putIntoDraft);
  column->addWidget(end_);

  connect(&model_, &ImportModel::fileChanged, this, &ImportWindow::showFile);
  connect(&model_, &ImportModel::judged, this, &ImportWindow::showVerdict);
  connect(&workspace.draft(), &Draft::changed, this, &ImportWindow::judgeOnDraft);
  connect(&workspace, &Workspace::presentChanged, this, &ImportWindow::followSan);
  connect(&workspace, &Workspace::statusChanged, this, &ImportWindow::showVerdict);
  connect(&workspace, &Workspace::sourceChanged, this, &QDialog::reject);
  connect(&workspace, &Workspace::wordsChanged, this, &ImportWindow::showFile);
  judgeOnDraft();
  showFile();
}

void ImportWindow::makeTop(QWidget* part) {
  auto* row = new FlowLayout(part);
  auto* choose = new QPushButton(tr("Choose a file..."), part);
  choose->setAutoDefault(false);
  connect(choose, &QPushButton::clicked, this, &ImportWindow::chooseFile);
  row->addWidget(choose);
  file_ = plainLabel({}, part);
  file_->setObjectName(QStringLiteral("file"));
  file_->setMinimumHeight(kRowHeight);
  row->addWidget(file_);
  row->addStretch();
  kindWord_ = mutedLabel(tr("Its rows are"), part);
  kindWord_->setMinimumHeight(kRowHeight);
  kind_ = new QComboBox(part);
  kind_->setAccessibleName(tr("Kind of the objects in the file"));
  kind_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  connect(kind_, &QComboBox::activated, this,
          [this] { model_.setKind(static_cast<san::Kind>(kind_->currentData().toInt())); });
  row->addWidget(kindWord_);
  row->addWidget(kind_);
}

QWidget* ImportWindow::makeEmpty() {
  auto* part = new QFrame(this);
  part->setProperty("role", QStringLiteral("card"));
  auto* column = new QVBoxLayout(part);
  column->setContentsMargins(4 * kSpace, 4 * kSpace, 4 * kSpace, 4 * kSpace);
  column->setSpacing(kSpace);
  emptyTitle_ = headingLabel({}, part);
  emptyText_ = wrapped(mutedLabel({}, part));
  emptyText_->setObjectName(QStringLiteral("empty"));
  column->addStretch(1);
  column->addWidget(emptyTitle_);
  column->addWidget(emptyText_);
  column->addStretch(2);
  return part;
}

QWidget* ImportWindow::makeGrid() {
  auto* part = new QWidget(this);
  auto* column = columnOf(part);
  choices_ = new QFrame(part);
  choices_->setProperty("role", QStringLiteral("card"));
  auto* inner = new QVBoxLayout(choices_);
  inner->setContentsMargins(kSpace + kSpace / 2, kSpace, kSpace + kSpace / 2, kSpace);
  inner->setSpacing(kSpace);
  inner->addWidget(wrapped(mutedLabel(
      tr("The console does not know these columns of the file. Say which field each of them is, or leave it out."),
      choices_)));
  choiceRow_ = new FlowLayout;
  inner->addLayout(choiceRow_);
  column->addWidget(choices_);

  sheets_ = new QTabBar(part);
  sheets_->setDrawBase(false);
  sheets_->setExpanding(false);
  sheets_->setUsesScrollButtons(true);
  sheets_->setAccessibleName(tr("Kinds of objects in the file"));
  connect(sheets_, &QTabBar::currentChanged, this, [this](int at) {
    if (!filling_) model_.setSheet(at);
  });
  column->addWidget(sheets_);

  auto* row = new FlowLayout;
  counts_ = plainLabel({}, part);
  counts_->setTextFormat(Qt::RichText);
  counts_->setObjectName(QStringLiteral("counts"));
  counts_->setMinimumHeight(kRowHeight);
  row->addWidget(counts_);
  row->addStretch();
  onlyWrong_ = new QCheckBox(tr("Only rows with errors"), part);
  onlyWrong_->setMinimumHeight(kRowHeight);
  onlyWrong_->setObjectName(QStringLiteral("only-wrong"));
  connect(onlyWrong_, &QCheckBox::toggled, &rows_, &ImportFilter::setOnlyWrong);
  row->addWidget(onlyWrong_);
  leaveOut_ = new QPushButton(tr("Leave out what is wrong"), part);
  leaveOut_->setAutoDefault(false);
  connect(leaveOut_, &QPushButton::clicked, &model_, &ImportModel::leaveOutWrong);
  row->addWidget(leaveOut_);
  column->addLayout(row);

  table_ = tableOf(&rows_, tr("Rows of the file"), part);
  table_->setObjectName(QStringLiteral("rows"));
  table_->setSelectionBehavior(QAbstractItemView::SelectItems);
  table_->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed |
                          QAbstractItemView::AnyKeyPressed);
  table_->setItemDelegate(new CellDelegate(table_));
  table_->setShowGrid(true);
  table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  column->addWidget(table_, 1);
  reason_ = wrapped(plainLabel({}, part));
  reason_->setTextFormat(Qt::RichText);
  reason_->setObjectName(QStringLiteral("reason"));
  reason_->setMinimumHeight(kRowHeight);
  column->addWidget(reason_);
  connect(table_->selectionModel(), &QItemSelectionModel::currentChanged, this, &ImportWindow::showReason);
  return part;
}

void ImportWindow::chooseFile() {
  const QString path = QFileDialog::getOpenFileName(
      this, tr("Import"), {},
      tr("Tables, documents and listings (*.csv *.tsv *.json *.yaml *.yml *.txt);;All files (*)"));
  if (!path.isEmpty()) openFile(path);
}

void ImportWindow::judgeOnDraft() {
  if (!workspace_.present()) return;
  model_.setSan(workspace_.draft().result(), workspace_.draft().newObject(san::Kind::None).id);
}

void ImportWindow::followSan() {
  // A draft that is not empty stays on its base.
  if (workspace_.draft().isEmpty()) model_.followSan(workspace_.draft().result());
}

void ImportWindow::showFile() {
  const ImportFile& file = model_.file();
  filling_ = true;
  file_->setText(file.name.isEmpty()                 ? tr("No file has been chosen.")
                 : file.format == ImportFormat::None ? file.name
                                                     : tr("%1: %2").arg(file.name, importFormatName(file.format)));
  kindWord_->setVisible(file.choosesKind);
  kind_->setVisible(file.choosesKind);
  if (file.choosesKind) {
    kind_->clear();
    for (const san::Kind kind : importKinds())
      kind_->addItem(asTitle(workspace_.kindName(kind, true)), static_cast<int>(kind));
    kind_->setCurrentIndex(kind_->findData(static_cast<int>(file.sheets.front().kind)));
  }
  while (sheets_->count() > static_cast<int>(file.sheets.size())) sheets_->removeTab(sheets_->count() - 1);
  while (sheets_->count() < static_cast<int>(file.sheets.size())) sheets_->addTab({});
  sheets_->setVisible(file.sheets.size() > 1);
  sheets_->setCurrentIndex(model_.sheet());
  filling_ = false;
  body_->setCurrentIndex(model_.isOpen() ? 1 : 0);
  emptyTitle_->setText(file.fault.isEmpty() ? tr("What can be imported") : tr("%1 cannot be imported").arg(file.name));
  emptyText_->setText(
      file.fault.isEmpty()
          ? tr("A table in CSV with the names of its columns in the first row, a document in JSON, the saveconfig.json "
               "of a Linux target (LIO), or what isnsadm of open-isns lists. Nothing is changed before you have seen "
               "every row, and then all of it goes into the draft as one step that can be undone.")
          : file.fault);
  if (model_.isOpen()) {
    showChoices();
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->setColumnWidth(ImportModel::Take, 96);
    table_->setColumnWidth(ImportModel::Does,
                           file.sheets[static_cast<std::size_t>(model_.sheet())].kind == san::Kind::None ? 560 : 380);
    // As wide as the rows that are seen first, within reason.
    table_->horizontalHeader()->setResizeContentsPrecision(100);
    for (int i = ImportModel::kFixed; i < rows_.columnCount(); ++i) {
      table_->resizeColumnToContents(i);
      table_->setColumnWidth(
          i, i + 1 == rows_.columnCount() ? 120 : std::clamp(table_->columnWidth(i) + kSpace, 120, 340));
    }
    // Its origin is a pointer where it is not a line.
    table_->resizeColumnToContents(ImportModel::Take);
    table_->setColumnWidth(ImportModel::Take, std::min(table_->columnWidth(ImportModel::Take) + 2 * kSpace, 360));
    if (rows_.rowCount() > 0)
      table_->setCurrentIndex(rows_.index(0, std::min<int>(ImportModel::kFixed, rows_.columnCount() - 1)));
  }
  showVerdict();
}

// A choice for each column whose header is no field.
void ImportWindow::showChoices() {
  // Not now: the choice that was made may be one of them.
  while (QLayoutItem* item = choiceRow_->takeAt(0)) {
    item->widget()->hide();
    item->widget()->deleteLater();
    delete item;
  }
  const ImportSheet& sheet = model_.file().sheets[static_cast<std::size_t>(model_.sheet())];
  bool any = false;
  for (std::size_t i = 0; i < sheet.columns.size(); ++i) {
    const ImportColumn& column = sheet.columns[i];
    if (column.known) continue;
    any = true;
    const QString header = QString::fromStdString(column.header);
    auto* one = new QWidget(choices_);
    auto* row = new QHBoxLayout(one);
    row->setContentsMargins(0, 0, kSpace, 0);
    row->setSpacing(kSpace);
    auto* word = plainLabel(header.isEmpty() ? tr("(no header)") : header, one);
    auto* field = new QComboBox(one);
    field->setAccessibleName(tr("Field that the column %1 is").arg(header));
    field->setObjectName(QStringLiteral("column-") + header);
    if (column.use == ImportColumn::Use::Undecided) {
      field->setPlaceholderText(tr("Choose..."));
      field->setCurrentIndex(-1);
    }
    field->addItem(tr("Leave it out"), QString());
    for (const std::string& name : importFields(sheet.kind)) {
      const bool taken = std::ranges::any_of(
          sheet.columns, [&](const ImportColumn& other) { return &other != &column && other.field == name; });
      if (!taken) field->addItem(QString::fromStdString(name), QString::fromStdString(name));
    }
    field->setCurrentIndex(
        column.use == ImportColumn::Use::Undecided ? -1 : field->findData(QString::fromStdString(column.field)));
    field->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(field, &QComboBox::activated, this, [this, field, at = static_cast<int>(i)] {
      model_.useColumn(at, field->currentData().toString().toStdString());
    });
    row->addWidget(word);
    row->addWidget(field);
    choiceRow_->addWidget(one);
  }
  choices_->setVisible(any);
}

void ImportWindow::showVerdict() {
  const ImportVerdict& verdict = model_.verdict();
  for (int i = 0; i < sheets_->count(); ++i) sheets_->setTabText(i, model_.sheetTitle(i, workspace_.sanWords()));
  const auto count = [&](RowState state) { return static_cast<int>(verdict.count(state)); };
  const int wrong = count(RowState::Wrong);
  QStringList parts;
  if (wrong > 0) parts << coloredHtml(Token::Bad, QStringLiteral("<b>%1</b>").arg(tr("%n wrong", nullptr, wrong)));
  parts << tr("%n new", nullptr, count(RowState::New)) << tr("%n change(s)", nullptr, count(RowState::Changed))
        << tr("%n so already", nullptr, count(RowState::Same));
  if (count(RowState::LeftOut) > 0) parts << tr("%n left out", nullptr, count(RowState::LeftOut));
  counts_->setText(parts.join(QStringLiteral(" &nbsp;·&nbsp; ")));
  allow(leaveOut_, wrong > 0 ? QString() : tr("No row is wrong."));
  onlyWrong_->setEnabled(wrong > 0 || onlyWrong_->isChecked());
  const QString why = whyNot();
  if (why.isEmpty()) {
    end_->allow(static_cast<int>(verdict.edits.size()));
  } else {
    end_->refuse(why, model_.file().fault.isEmpty() ? why : QString());
  }
  showReason();
}

void ImportWindow::showReason() {
  const QModelIndex at = table_->currentIndex();
  QString why = at.data(ImportModel::kReasonRole).toString();
  if (why.isEmpty()) why = at.siblingAtColumn(ImportModel::Does).data(ImportModel::kReasonRole).toString();
  reason_->setText(why.isEmpty() ? QString() : coloredHtml(Token::Bad, why.toHtmlEscaped()));
}

QString ImportWindow::whyNot() const {
  const QString why = model_.whyNot();
  return why.isEmpty() ? workspace_.whyNoEdit() : why;
}

void ImportWindow::putIntoDraft() {
  if (!whyNot().isEmpty()) return;
  // The draft changes under it: this import is done then.
  disconnect(&workspace_.draft(), nullptr, this, nullptr);
  if (workspace_.edit(tr("Import %1").arg(model_.file().name), model_.edits())) {
    workspace_.go(PageId::Zoning);
    accept();
    return;
  }
  connect(&workspace_.draft(), &Draft::changed, this, &ImportWindow::judgeOnDraft);
  const auto& notices = workspace_.notices().all();
  if (!notices.empty()) end_->refuse(notices.back().detail);
}

}  // namespace console
