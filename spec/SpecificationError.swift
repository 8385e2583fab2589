/// A document that contradicts itself or cannot be read, with the line to look at.
public struct SpecificationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The document's name, such as `payme.openrpc.yaml`.
    public let document: String
    /// The line at fault, counted from 1.
    public let line: Int
    /// One sentence that says what is wrong.
    public let message: String

    /// - Parameter line: counted from 1.
    public init(document: String, line: Int, message: String) {
        self.document = document
        self.line = line
        self.message = message
    }

    /// `DOCUMENT:LINE: MESSAGE`.
    public var description: String { "\(document):\(line): \(message)" }
}
