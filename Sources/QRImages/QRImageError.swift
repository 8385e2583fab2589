/// Why no QR image can be made. The description never repeats the text of the symbol.
public struct QRImageError: Error, Sendable, Hashable, CustomStringConvertible {
    private enum Kind: Hashable {
        case empty
        case tooLong(limit: Int)
        case style
        case encoder
        case writer(String)
    }

    private let kind: Kind

    /// There is no text.
    public static let empty = Self(kind: .empty)
    /// The text is longer than the largest symbol holds at that correction; `limit` in bytes.
    public static func tooLong(limit: Int) -> Self { Self(kind: .tooLong(limit: limit)) }
    /// A module size or quiet zone outside of ``QRImageStyle``'s limits.
    public static let style = Self(kind: .style)
    /// libqrencode gave no symbol.
    static let encoder = Self(kind: .encoder)
    /// libpng gave no image; what it said.
    static func writer(_ message: String) -> Self { Self(kind: .writer(message)) }

    /// One sentence that may be logged or shown.
    public var description: String {
        switch kind {
        case .empty: "A QR image needs a text, and it is empty."
        case .tooLong(let limit): "The text does not fit into a QR image: give \(limit) bytes at the most."
        case .style: "A QR image has 1 to 16 pixels a module and a quiet zone of 4 to 16 modules."
        case .encoder: "The QR symbol could not be made: libqrencode refused it, the machine may lack memory."
        case .writer(let message): "The PNG image could not be written: libpng says \(message)."
        }
    }
}
