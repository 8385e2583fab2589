/// How a symbol is drawn.
public struct QRImageStyle: Sendable, Hashable {
    /// Pixels a module, 1 to 16; an SVG image has it as its natural size and can be scaled.
    public let moduleSize: Int
    /// White modules on every side, 4 to 16. With less than 4 some readers see no symbol.
    public let quietZone: Int
    /// How much damage the symbol bears.
    public let correction: QRCorrection

    /// 8 pixels a module, 4 modules of white, medium correction.
    public static let standard = QRImageStyle(moduleSize: 8, quietZone: 4, correction: .medium, checked: ())

    /// - Parameters:
    ///   - moduleSize: pixels a module, 1 to 16.
    ///   - quietZone: white modules on every side, 4 to 16.
    ///   - correction: how much damage the symbol bears.
    /// - Throws: ``QRImageError/style`` outside of these limits: they bound the memory of an image.
    public init(
        moduleSize: Int = 8, quietZone: Int = 4, correction: QRCorrection = .medium
    ) throws(QRImageError) {
        guard (1...16).contains(moduleSize), (4...16).contains(quietZone) else { throw .style }
        self.init(moduleSize: moduleSize, quietZone: quietZone, correction: correction, checked: ())
    }

    private init(moduleSize: Int, quietZone: Int, correction: QRCorrection, checked: Void) {
        self.moduleSize = moduleSize
        self.quietZone = quietZone
        self.correction = correction
    }
}
