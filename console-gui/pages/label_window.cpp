#include "console-gui/pages/label_window.h"

#include <QComboBox>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>

#include "console-gui/client/tr.h"
#include "console-gui/report/save_file.h"
#include "console-gui/widgets/ask_save.h"
#include "console-gui/widgets/flow_layout.h"
#include "console-gui/widgets/page_parts.h"

namespace console {

// A page of labels as paper.
class LabelWindow::Sheet : public QWidget {
 public:
  explicit Sheet(LabelWindow* window) : QWidget(window), window_(*window) {
    setMinimumSize(240, 320);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    const LabelSheet& sheet = window_.sheet();
    const double scale = std::min(width() / sheet.paperWidth, height() / sheet.paperHeight);
    const QSizeF size(sheet.paperWidth * scale, sheet.paperHeight * scale);
    const QRectF paper(QPointF((width() - size.width()) / 2, (height() - size.height()) / 2), size);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(paper, Qt::white);
    painter.setPen(QPen(theme()[Token::EdgeStrong], 0));
    painter.drawRect(paper);
    paintSheet(painter, paper, sheet, window_.labels_, window_.first_->value() - 1, window_.page_, true);
  }

 private:
  LabelWindow& window_;
};

LabelWindow::LabelWindow(Workspace& workspace, QWidget* parent) : QDialog(parent), workspace_(workspace) {
  auto* column = windowColumn(this, tr("Cable labels"), {820, 860});
  column->addWidget(makeTools());
  view_ = new Sheet(this);
  column->addWidget(view_, 1);

  auto* bottom = new QHBoxLayout;
  bottom->setSpacing(kSpace);
  const auto button = [&](const QString& text) {
    auto* made = new QPushButton(text, this);
    made->setAutoDefault(false);
    return made;
  };
  before_ = button(tr("Page before"));
  after_ = button(tr("Next page"));
  connect(before_, &QPushButton::clicked, this, [this] { turn(-1); });
  connect(after_, &QPushButton::clicked, this, [this] { turn(1); });
  count_ = mutedLabel({}, this);
  count_->setObjectName(QStringLiteral("count"));
  csv_ = button(tr("Save as CSV..."));
  pdf_ = button(tr("Save as PDF..."));
  pdf_->setProperty("role", QStringLiteral("primary"));
  connect(csv_, &QPushButton::clicked, this, [this] { save(QStringLiteral("csv")); });
  connect(pdf_, &QPushButton::clicked, this, [this] { save(QStringLiteral("pdf")); });
  bottom->addWidget(before_);
  bottom->addWidget(after_);
  bottom->addWidget(count_, 1);
  bottom->addWidget(csv_);
  bottom->addWidget(pdf_);
  column->addLayout(bottom);

  connect(&workspace, &Workspace::shownChanged, this, &LabelWindow::look);
  connect(&workspace.selection(), &Selection::changed, this, &LabelWindow::look);
  look();
}

QWidget* LabelWindow::makeTools() {
  auto* tools = new QWidget(this);
  auto* row = new FlowLayout(tools);
  const auto add = [&](QWidget* widget, const QString& text) {
    auto* word = plainLabel(text, tools);
    word->setMinimumHeight(kRowHeight);
    word->setBuddy(widget);
    widget->setAccessibleName(text);
    row->addWidget(word);
    row->addWidget(widget);
  };
  scope_ = new QComboBox(tools);
  scope_->setObjectName(QStringLiteral("scope"));
  scope_->addItem(tr("All cables"), static_cast<int>(CableScope::All));
  scope_->addItem(tr("Of what is selected"), static_cast<int>(CableScope::Selected));
  scope_->addItem(tr("Planned and leaving ones"), static_cast<int>(CableScope::NotConnected));
  sheets_ = new QComboBox(tools);
  sheets_->setObjectName(QStringLiteral("sheet"));
  for (const LabelSheet& sheet : kLabelSheets) sheets_->addItem(QCoreApplication::translate("Sheets", sheet.name));
  first_ = new QSpinBox(tools);
  first_->setObjectName(QStringLiteral("first"));
  first_->setMinimum(1);
  first_->setButtonSymbols(QAbstractSpinBox::NoButtons);
  first_->setMinimumWidth(6 * kSpace);
  add(scope_, tr("Cables"));
  add(sheets_, tr("Sheet"));
  add(first_, tr("Begins at label"));
  connect(scope_, &QComboBox::currentIndexChanged, this, &LabelWindow::look);
  connect(sheets_, &QComboBox::currentIndexChanged, this, &LabelWindow::look);
  connect(first_, &QSpinBox::valueChanged, this, &LabelWindow::look);
  return tools;
}

const LabelSheet& LabelWindow::sheet() const {
  return kLabelSheets[static_cast<std::size_t>(std::max(0, sheets_->currentIndex()))];
}

int LabelWindow::pages() const { return pagesOf(sheet(), labels_.size(), first_->value() - 1); }

void LabelWindow::look() {
  labels_.clear();
  if (const ViewPtr& view = workspace_.shown()) {
    labels_ = cableLabels(*view->index, static_cast<CableScope>(scope_->currentData().toInt()),
                          workspace_.selection().objects());
  }
  {
    const QSignalBlocker quiet(first_);
    first_->setMaximum(sheet().labels());
  }
  turn(0);
  QString why;
  if (labels_.empty()) {
    why = scope_->currentIndex() == 0
              ? tr("No cable is kept yet. Make one by New object, or import a table of cables.")
              : tr("There is no such cable. Select ports, arrays or hosts, or choose all cables.");
  }
  allow(pdf_, why);
  allow(csv_, why);
}

void LabelWindow::turn(int pages) {
  page_ = std::clamp(page_ + pages, 0, std::max(0, this->pages() - 1));
  before_->setEnabled(page_ > 0);
  after_->setEnabled(page_ + 1 < this->pages());
  const QString count = tr("%n label(s)", nullptr, static_cast<int>(labels_.size()));
  count_->setText(labels_.empty() ? count : tr("%1, page %2 of %3").arg(count).arg(page_ + 1).arg(this->pages()));
  view_->setAccessibleName(count_->text());
  view_->update();
}

QString LabelWindow::saveTo(const QString& path) {
  const QByteArray bytes = path.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive)
                               ? labelCsv(labels_)
                               : sheetPdf(sheet(), labels_, first_->value() - 1, windowTitle());
  return saveWhole(path, bytes);
}

void LabelWindow::save(const QString& suffix) {
  const QString path = askSaveFile(this, windowTitle(), QStringLiteral("cable-labels.") + suffix,
                                   QStringLiteral("%1 (*.%2)").arg(suffix.toUpper(), suffix));
  if (path.isEmpty()) return;
  const QString fault = saveTo(path);
  const QString key = QStringLiteral("cable-labels");
  if (fault.isEmpty()) {
    workspace_.notices().tell({Notice::Level::Success, key, tr("Saved as %1").arg(path), {}, {}, {}});
    return accept();
  }
  count_->setText(fault);
  workspace_.notices().tell({Notice::Level::Fault, key, tr("Not saved: %1").arg(path), fault, {}, {}});
}

}  // namespace console
