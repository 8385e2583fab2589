extension JSONValue {
    /// Reads a document that is one JSON value, with nothing but whitespace around it.
    ///
    /// - Parameters:
    ///   - bytes: The document in UTF-8.
    ///   - limits: Beyond these the document is refused.
    /// - Throws: ``JSONError``, with the first thing that is wrong.
    public init(parsing bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits = .default) throws(JSONError) {
        var reader = JSONReader(bytes: bytes, limits: limits)
        self = try reader.document()
    }

    /// Reads a document that is one JSON value, with nothing but whitespace around it.
    ///
    /// - Parameters:
    ///   - bytes: The document in UTF-8.
    ///   - limits: Beyond these the document is refused.
    /// - Throws: ``JSONError``, with the first thing that is wrong.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
            try JSONValue(parsing: buffer, limits: limits)
        }
    }

    /// Reads a document that is one JSON value, with nothing but whitespace around it. Not copied if it is contiguous
    /// in memory, as `Data`, `ByteBufferView` and slices of arrays are.
    ///
    /// - Parameters:
    ///   - bytes: The document in UTF-8.
    ///   - limits: Beyond these the document is refused.
    /// - Throws: ``JSONError``, with the first thing that is wrong.
    public init(parsing bytes: some Sequence<UInt8>, limits: JSONLimits = .default) throws(JSONError) {
        let result = bytes.withContiguousStorageIfAvailable { Self.result(parsing: $0, limits: limits) }
        if let result {
            self = try result.get()
        } else {
            self = try JSONValue(parsing: Array(bytes), limits: limits)
        }
    }

    /// Reads a document that is one JSON value, with nothing but whitespace around it.
    ///
    /// - Parameters:
    ///   - text: The document.
    ///   - limits: Beyond these the document is refused; offsets and lengths are in bytes of UTF-8.
    /// - Throws: ``JSONError``, with the first thing that is wrong.
    public init(parsing text: String, limits: JSONLimits = .default) throws(JSONError) {
        var text = text
        self = try text.withUTF8 { Self.result(parsing: $0, limits: limits) }.get()
    }

    /// The standard library's older `with…` functions rethrow any error; a result keeps the type of ours.
    private static func result(
        parsing bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits
    ) -> Result<JSONValue, JSONError> {
        do throws(JSONError) {
            return .success(try JSONValue(parsing: bytes, limits: limits))
        } catch {
            return .failure(error)
        }
    }
}
