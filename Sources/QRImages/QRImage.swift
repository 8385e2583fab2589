/// The kinds of image file.
public enum QRImageFormat: String, Sendable, Hashable, CaseIterable {
    /// Black and white pixels.
    case png
    /// Lines that can be scaled.
    case svg

    /// What HTTP calls it.
    public var contentType: String {
        switch self {
        case .png: "image/png"
        case .svg: "image/svg+xml"
        }
    }

    /// What a file's name ends with, without the dot.
    public var fileExtension: String { rawValue }
}

/// A QR image file. The same text, format and style give the same bytes.
public struct QRImage: Sendable, Hashable {
    /// Which kind of file.
    public let format: QRImageFormat
    /// The file.
    public let bytes: [UInt8]

    /// Makes it; a few milliseconds of one core.
    ///
    /// - Parameters:
    ///   - text: what a reader gets, 1 to 2331 bytes of UTF-8 at medium correction.
    ///   - format: the kind of file.
    ///   - style: how it is drawn.
    /// - Throws: ``QRImageError`` if the text is empty or too long, or a library failed.
    public init(_ text: String, as format: QRImageFormat, style: QRImageStyle = .standard) throws(QRImageError) {
        let symbol = try QRSymbol(text, correction: style.correction)
        self.format = format
        bytes =
            switch format {
            case .png: try symbol.png(moduleSize: style.moduleSize, quietZone: style.quietZone)
            case .svg: Array(symbol.svg(moduleSize: style.moduleSize, quietZone: style.quietZone).utf8)
            }
    }
}
