import Yams

extension SpecNode {
    /// Reads one YAML document.
    ///
    /// Duplicate keys, anchors, aliases, explicit tags, more than one document, and unquoted words that YAML readers
    /// disagree about are refused.
    ///
    /// - Parameters:
    ///   - yaml: the document, in UTF-8
    ///   - name: what errors call it, such as `payme.openrpc.yaml`
    public init(yaml: [UInt8], name: String) throws(SpecificationError) {
        guard let text = String(validating: yaml, as: UTF8.self) else {
            throw SpecificationError(document: name, line: 1, message: "the document is not UTF-8")
        }
        do {
            // The basic resolver has no rules: words are told apart by SpecScalar, not by regular expressions.
            let parser = try Parser(yaml: text, resolver: .basic, constructor: .default, encoding: .utf8)
            guard let root = try parser.singleRoot() else {
                throw SpecificationError(document: name, line: 1, message: "the document is empty")
            }
            // Nodes refer to their anchors weakly: the parser that owns them has to outlive the conversion.
            self = try withExtendedLifetime(parser) { try YAMLConversion(document: name).node(root) }
        } catch let error as SpecificationError {
            throw error
        } catch let error as YamlError {
            throw SpecificationError(yamlError: error, document: name)
        } catch {
            throw SpecificationError(document: name, line: 1, message: "the document cannot be read: \(error)")
        }
    }
}

/// Turns the nodes of Yams into ours.
private struct YAMLConversion {
    let document: String

    func node(_ node: Node) throws(SpecificationError) -> SpecNode {
        let line = node.mark?.line ?? 1
        guard node.anchor == nil else { throw refusal("anchors and aliases are not supported", line) }
        switch node {
        case .scalar(let scalar):
            return SpecNode(try content(scalar, line), line: line, document: document)
        case .sequence(let sequence):
            try refuseTag(sequence.tag, line)
            var items: [SpecNode] = []
            items.reserveCapacity(sequence.count)
            for item in sequence { items.append(try self.node(item)) }
            return SpecNode(.sequence(items), line: line, document: document)
        case .mapping(let mapping):
            try refuseTag(mapping.tag, line)
            var entries: [SpecEntry] = []
            entries.reserveCapacity(mapping.count)
            for (key, value) in mapping { entries.append(try entry(key, value, line)) }
            return SpecNode(.mapping(entries), line: line, document: document)
        case .alias:
            throw refusal("anchors and aliases are not supported", line)
        }
    }

    private func content(_ scalar: Node.Scalar, _ line: Int) throws(SpecificationError) -> SpecNode.Content {
        guard scalar.style == .plain else {
            // Yams gives this tag to every quoted word, asked for or not.
            if scalar.tag.rawValue != Tag.Name.str.rawValue { try refuseTag(scalar.tag, line) }
            return .string(scalar.string)
        }
        try refuseTag(scalar.tag, line)
        guard let content = SpecScalar.content(ofPlain: scalar.string) else {
            // The word is not repeated: in a settings file it may be a key.
            throw refusal("this word means different things to different YAML readers: quote it", line)
        }
        return content
    }

    private func entry(_ key: Node, _ value: Node, _ line: Int) throws(SpecificationError) -> SpecEntry {
        guard case .scalar(let name) = key else { throw refusal("a key of a mapping must be a word", line) }
        let keyLine = name.mark?.line ?? line
        guard key.anchor == nil else { throw refusal("anchors and aliases are not supported", keyLine) }
        return SpecEntry(key: name.string, line: keyLine, value: try node(value))
    }

    private func refuseTag(_ tag: Tag, _ line: Int) throws(SpecificationError) {
        guard tag.rawValue.isEmpty else { throw refusal("tags (words that begin with `!`) are not supported", line) }
    }

    private func refusal(_ message: String, _ line: Int) -> SpecificationError {
        SpecificationError(document: document, line: line, message: message)
    }
}

extension SpecificationError {
    fileprivate init(yamlError: YamlError, document: String) {
        switch yamlError {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let prefix = context.map { "\($0.text) " } ?? ""
            self.init(document: document, line: mark.line, message: "not YAML: \(prefix)\(problem)")
        case .reader(let problem, let offset, _, let yaml):
            let line = yaml.prefix(offset ?? 0).count(where: \.isNewline) + 1
            self.init(document: document, line: line, message: "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.sorted().map { "`\($0)`" }.joined(separator: ", ")
            self.init(
                document: document, line: context.mark.line,
                message: "the mapping has \(keys) twice, the first time here")
        default:
            self.init(document: document, line: 1, message: "not YAML: \(yamlError)")
        }
    }
}
