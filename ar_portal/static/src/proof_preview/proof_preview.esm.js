import {Component, useEffect, useRef, useState} from "@odoo/owl";
import {hidePDFJSButtons} from "@web/core/utils/pdfjs";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * The files of a payment proof, one shown at a time beside the form. PDFs are drawn
 * by the browser's viewer, never by the server.
 */
export class ProofPreview extends Component {
    static template = "ar_portal.ProofPreview";
    static props = {...standardFieldProps};

    setup() {
        this.state = useState({index: 0});
        this.viewer = useRef("viewer");
        useEffect(
            (el) => {
                if (el) {
                    hidePDFJSButtons(el, {hideDownload: true, hidePrint: true});
                }
            },
            () => [this.viewer.el]
        );
    }

    get files() {
        return this.props.record.data[this.props.name].records.map((record) => ({
            id: record.resId,
            name: record.data.name,
            kind: record.data.kind,
            size: this.readableSize(record.data.size),
            attachmentId: record.data.attachment_id.id,
        }));
    }

    get file() {
        return this.files[this.state.index] || this.files[0];
    }

    get address() {
        const id = this.file.attachmentId;
        if (this.file.kind === "pdf") {
            const content = encodeURIComponent(`/web/content/${id}`);
            return `/web/static/lib/pdfjs/web/viewer.html?file=${content}`;
        }
        return `/web/image/${id}`;
    }

    get downloadAddress() {
        return `/web/content/${this.file.attachmentId}?download=true`;
    }

    readableSize(bytes) {
        return bytes < 1024 * 1024
            ? `${Math.ceil(bytes / 1024)} kB`
            : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
    }
}

registry.category("fields").add("ar_proof_preview", {
    component: ProofPreview,
    supportedTypes: ["one2many"],
    useSubView: true,
    relatedFields: [
        {name: "name", type: "char"},
        {name: "kind", type: "selection"},
        {name: "size", type: "integer"},
        {name: "attachment_id", type: "many2one", relation: "ir.attachment"},
    ],
});
