extension QRSymbol {
    /// An SVG image of the symbol, black on white: one path, a rectangle for every run of dark modules in a row.
    ///
    /// - Parameters:
    ///   - moduleSize: pixels a module, of the natural size; it can be scaled.
    ///   - quietZone: white modules on every side.
    func svg(moduleSize: Int, quietZone: Int) -> String {
        let side = width + 2 * quietZone
        var path = ""
        for row in 0..<width {
            for run in runs(row) {
                path += "M\(run.lowerBound + quietZone) \(row + quietZone)h\(run.count)v1h-\(run.count)z"
            }
        }
        // crispEdges: no grey seams between modules when it is scaled.
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" \
            width="\(side * moduleSize)" height="\(side * moduleSize)" shape-rendering="crispEdges">\
            <path fill="#fff" d="M0 0h\(side)v\(side)h-\(side)z"/><path fill="#000" d="\(path)"/></svg>

            """
    }

    /// The columns of every run of dark modules.
    private func runs(_ row: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for (column, isDark) in self.row(row).enumerated() where isDark {
            if let last = runs.last, last.upperBound == column {
                runs[runs.count - 1] = last.lowerBound..<(column + 1)
            } else {
                runs.append(column..<(column + 1))
            }
        }
        return runs
    }
}
