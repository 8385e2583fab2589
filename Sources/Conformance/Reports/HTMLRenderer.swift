/// TODO
enum HTMLRenderer {
    static func text(of report: ConformanceReport) -> String { "" }
}
