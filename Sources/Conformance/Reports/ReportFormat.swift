/// The forms a report can be written in.
public enum ReportFormat: String, Sendable, CaseIterable {
    /// Text for a terminal.
    case table
    /// One JSON object; see ``JSONRenderer`` for its members.
    case json
    /// JUnit's XML, as build servers read it: a test suite per group, a test case per scenario.
    case junit
    /// One HTML file without anything outside it, fit to be mailed.
    case html

    /// The report in this form.
    ///
    /// - Parameters:
    ///   - report: what to write
    ///   - width: how many columns a table may take
    ///   - isColoured: whether a table may use ANSI colours
    public func text(of report: ConformanceReport, width: Int = 100, isColoured: Bool = false) -> String {
        switch self {
        case .table: TableRenderer(width: width, isColoured: isColoured).text(of: report)
        case .json: JSONRenderer.text(of: report)
        case .junit: JUnitRenderer.text(of: report)
        case .html: HTMLRenderer.text(of: report)
        }
    }
}
