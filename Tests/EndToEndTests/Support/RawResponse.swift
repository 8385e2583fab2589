import StrictJSON

/// A response as it came over the wire.
struct RawResponse {
    let version: String
    let status: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    /// The value of a header, whatever the case of its name.
    subscript(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    var json: JSONValue? { json(upTo: 1 << 20) }

    func json(upTo bytes: Int) -> JSONValue? {
        try? JSONValue(parsing: body, limits: .init(maximumDepth: 64, maximumBytes: bytes))
    }

    /// Reads a response from the beginning of the bytes; nil if it is not whole yet.
    /// - Returns: the response, and how long it was.
    static func parse(_ bytes: [UInt8], hasBody: Bool) -> (RawResponse, Int)? {
        guard let headEnd = find("\r\n\r\n", in: bytes, from: 0) else { return nil }
        let lines = String(decoding: bytes[..<headEnd], as: UTF8.self).components("\r\n")
        let first = lines[0].split(separator: " ", maxSplits: 2)
        guard first.count >= 2, let status = Int(first[1]) else { return nil }
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (name: String(parts[0]), value: String((parts.last ?? "").drop { $0 == " " }))
        }
        func response(_ body: [UInt8]) -> RawResponse {
            RawResponse(version: String(first[0]), status: status, headers: headers, body: body)
        }
        let start = headEnd + 4
        let head = response([])
        guard hasBody, status >= 200 else { return (head, start) }
        if head["transfer-encoding"]?.lowercased() == "chunked" {
            return chunks(bytes, from: start).map { (response($0), $1) }
        }
        let length = head["content-length"].flatMap { Int($0) } ?? 0
        guard bytes.count >= start + length else { return nil }
        return (response(Array(bytes[start..<start + length])), start + length)
    }

    /// The body, and where it ended.
    private static func chunks(_ bytes: [UInt8], from start: Int) -> ([UInt8], Int)? {
        var (body, position): ([UInt8], Int) = ([], start)
        while let lineEnd = find("\r\n", in: bytes, from: position) {
            guard let size = Int(String(decoding: bytes[position..<lineEnd], as: UTF8.self), radix: 16),
                bytes.count >= lineEnd + 2 + size + 2
            else { return nil }
            body.append(contentsOf: bytes[(lineEnd + 2)..<(lineEnd + 2 + size)])
            position = lineEnd + 2 + size + 2
            if size == 0 { return (body, position) }
        }
        return nil
    }

    private static func find(_ text: String, in bytes: [UInt8], from start: Int) -> Int? {
        let wanted = Array(text.utf8)
        guard bytes.count >= wanted.count, start <= bytes.count - wanted.count else { return nil }
        return (start...(bytes.count - wanted.count)).first { bytes[$0..<$0 + wanted.count].elementsEqual(wanted) }
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
