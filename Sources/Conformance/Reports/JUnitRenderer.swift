/// TODO
enum JUnitRenderer {
    static func text(of report: ConformanceReport) -> String { "" }
}
