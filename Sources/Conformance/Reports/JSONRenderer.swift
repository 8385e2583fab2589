/// TODO
enum JSONRenderer {
    static func text(of report: ConformanceReport) -> String { "" }
}
