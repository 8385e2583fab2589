import CQREncode

/// The square of dark and light modules that holds a text, in byte mode, as small as it can be.
public struct QRSymbol: Sendable, Hashable {
    /// Modules on a side, 21 to 177, without the quiet zone.
    public let width: Int
    /// Row after row; true is dark.
    private let modules: [Bool]

    /// - Parameters:
    ///   - text: 1 byte of UTF-8 to as many as the correction leaves room for.
    ///   - correction: how much damage the symbol bears.
    /// - Throws: ``QRImageError`` if the text is empty or too long.
    public init(_ text: String, correction: QRCorrection = .medium) throws(QRImageError) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= correction.limitBytes else { throw .tooLong(limit: correction.limitBytes) }
        // 0: the smallest version that holds it.
        guard let symbol = QRcode_encodeData(Int32(bytes.count), bytes, 0, correction.level) else { throw .encoder }
        defer { QRcode_free(symbol) }
        let width = Int(symbol.pointee.width)
        guard width > 0, let data = symbol.pointee.data else { throw .encoder }
        self.width = width
        // The lowest bit says dark; the others say what the module is for.
        modules = UnsafeBufferPointer(start: data, count: width * width).map { $0 & 1 == 1 }
    }

    /// Whether a module is dark.
    ///
    /// - Parameters:
    ///   - column: from the left, 0 to `width - 1`.
    ///   - row: from the top, 0 to `width - 1`.
    public subscript(column: Int, row: Int) -> Bool {
        precondition((0..<width).contains(column) && (0..<width).contains(row), "no such module")
        return modules[row * width + column]
    }

    /// One row from left to right.
    func row(_ row: Int) -> ArraySlice<Bool> {
        modules[(row * width)..<((row + 1) * width)]
    }
}
