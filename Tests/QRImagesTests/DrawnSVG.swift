/// The dark squares that an SVG image's second path draws, found by walking along the path as a browser would.
struct DrawnSVG {
    struct Unknown: Error {
        let what: String
    }

    let side: Int
    private(set) var isDark: [Bool]

    init(_ text: String) throws {
        let paths = text.matches(of: /<path fill="(#[0-9a-f]+)" d="([^"]*)"\/>/)
        guard let box = text.firstMatch(of: /viewBox="0 0 ([0-9]+) \1"/), let side = Int(box.1), paths.count == 2,
            paths[0].1 == "#fff", paths[0].2 == "M0 0h\(side)v\(side)h-\(side)z", paths[1].1 == "#000"
        else { throw Unknown(what: "the frame") }
        self.side = side
        isDark = Array(repeating: false, count: side * side)
        for rectangle in paths[1].2.split(separator: "z") {
            guard let parts = rectangle.wholeMatch(of: /M([0-9]+) ([0-9]+)h([0-9]+)v1h-([0-9]+)/),
                let column = Int(parts.1), let row = Int(parts.2), let width = Int(parts.3), parts.3 == parts.4,
                column + width <= side, row < side
            else { throw Unknown(what: String(rectangle)) }
            for place in column..<(column + width) { isDark[row * side + place] = true }
        }
    }

    /// A portable bitmap, which every reader knows.
    func bitmap(scale: Int) -> [UInt8] {
        var text = "P1\n\(side * scale) \(side * scale)\n"
        for row in 0..<(side * scale) {
            for column in 0..<(side * scale) { text += isDark[row / scale * side + column / scale] ? "1 " : "0 " }
            text += "\n"
        }
        return Array(text.utf8)
    }
}
