import CPNG

extension QRSymbol {
    /// A PNG image of the symbol, black on white, one bit a pixel. The same symbol gives the same bytes.
    ///
    /// - Parameters:
    ///   - moduleSize: pixels a module.
    ///   - quietZone: white modules on every side.
    /// - Throws: ``QRImageError`` if libpng cannot write it.
    func png(moduleSize: Int, quietZone: Int) throws(QRImageError) -> [UInt8] {
        let side = (width + 2 * quietZone) * moduleSize
        let pixels = pixels(side: side, moduleSize: moduleSize, margin: quietZone * moduleSize)
        // libpng's simplified interface: it answers an error where the full one would jump out of Swift's frames.
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(side)
        image.height = png_uint_32(side)
        // Grey through a palette of two: libpng then packs eight pixels into a byte.
        image.format = png_uint_32(PNG_FORMAT_FLAG_COLORMAP)
        image.colormap_entries = 2
        defer { png_image_free(&image) }
        let palette: [UInt8] = [0xFF, 0x00]
        // A byte for every pixel is far more than one bit a pixel ever takes, compressed badly or not.
        var png = [UInt8](repeating: 0, count: pixels.count + 1024)
        var length = png_alloc_size_t(png.count)
        let isWritten = png_image_write_to_memory(&image, &png, &length, 0, pixels, png_int_32(side), palette)
        guard isWritten != 0, image.warning_or_error & 3 <= 1, length <= png.count else {
            throw .writer(Self.message(image))
        }
        // A copy: the image is kept, the room around it need not be.
        return Array(png[..<Int(length)])
    }

    /// Indices into the palette: 0 white, 1 black.
    private func pixels(side: Int, moduleSize: Int, margin: Int) -> [UInt8] {
        var pixels = [UInt8](repeating: 0, count: side * side)
        for row in 0..<width {
            let top = (margin + row * moduleSize) * side
            for (column, isDark) in self.row(row).enumerated() where isDark {
                let start = top + margin + column * moduleSize
                for pixel in start..<(start + moduleSize) { pixels[pixel] = 1 }
            }
            let line = Array(pixels[top..<(top + side)])
            for copy in 1..<moduleSize {
                pixels.replaceSubrange((top + copy * side)..<(top + (copy + 1) * side), with: line)
            }
        }
        return pixels
    }

    private static func message(_ image: png_image) -> String {
        withUnsafeBytes(of: image.message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
